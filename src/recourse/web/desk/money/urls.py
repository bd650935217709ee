"""Addresses of these pages."""

from django.urls import URLPattern, URLResolver

pages: list[URLPattern | URLResolver] = []
