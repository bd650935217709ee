"""The machine of a payout drawn from its own table, so that the documentation cannot say anything else."""

from recourse.payouts.machine import RESERVES, TABLE, Kind, Need, State

_FROM_NOTHING = ((State.PLANNED, "plan"), (State.SUCCEEDED, "seen elsewhere"))


def diagram() -> str:
    """A state diagram in Mermaid's language; transitions between the same states are one arrow."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (start, kind), move in TABLE.items():
        arrows.setdefault((start, move.to), []).append(kind.value)
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {to}: {word}" for to, word in _FROM_NOTHING]
    lines += [f"    {start} --> {to}: {', '.join(kinds)}" for (start, to), kinds in arrows.items()]
    ends = [state for state in State if not any(start is state for start, _ in TABLE)]
    return "\n".join(lines + [f"    {state} --> [*]" for state in ends])


def table() -> str:
    """Every transition as a line of a Markdown table, with what it needs and what it does to the reserved amount."""
    lines = ["| from | event | to | needs | the amount |", "|---|---|---|---|---|"]
    lines.append("| – | plan | planned | | is reserved |")
    lines.append(f"| – | seen elsewhere | succeeded | {Need.PROOF} | is taken; needs matching to an award |")
    lines += [_line(start, kind) for start, kind in TABLE]
    return "\n".join(lines)


def _line(start: State, kind: Kind) -> str:
    move = TABLE[start, kind]
    effect = "stays reserved" if move.to in RESERVES else "is free again"
    return f"| {start} | {kind} | {move.to} | {'; '.join(move.needs)} | {effect} |"
