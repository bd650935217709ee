"""The operations of native programs as code of this machine, made once.

What was made is kept in the user's own cache for the next process, under a name that says of which text, by which
compiler and for which processor.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import llvmlite.binding as llvm

from recourse import cached
from recourse.rules.emit import kernels

_DECIDE = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)
_KEPT = 4  # files in the cache
_FOREVER: list[Any] = []  # columns that the code made are freed by it, whenever that is


class Code(NamedTuple):
    """The operations by their names, the loop that does them, and the address of what frees a column."""

    decide: Callable[[int, int, int, int], int]
    operations: dict[str, int]
    release: int


@cache
def code() -> Code:
    """All operations as code of this machine."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    host, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=host, features=features, opt=2, reloc="pic", jit=True
    )
    text = kernels.text()
    name = hashlib.sha256("\0".join((text, host, features, str(llvm.llvm_version_info))).encode()).hexdigest()
    stored = cached.folder() / f"native-{name[:32]}.o"
    body = cached.read(stored)
    if body is None:
        body = _compiled(text, machine)
        cached.write(stored, body, "native-*.o", _KEPT)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(body))
    engine.finalize_object()
    _FOREVER.append(engine)
    named = kernels.names()
    table = (ctypes.c_void_p * len(named)).from_address(engine.get_global_value_address("operations"))
    found = {name: address or 0 for name, address in zip(named, table, strict=True)}
    return Code(_DECIDE(engine.get_function_address("decide")), found, engine.get_function_address("release"))


def _compiled(text: str, machine: Any) -> bytes:
    module = llvm.parse_assembly(text)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return machine.emit_object(module)  # type: ignore[no-any-return]
