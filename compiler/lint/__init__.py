"""What is at fault in content that can be read: one function a check, its docstring the manual and the test."""

from compiler.lint.run import lint

__all__ = ["lint"]
