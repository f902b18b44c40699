"""A Windows machine whose Sysmon leaves nothing out: what happens inside processes, beside what is started."""

from __future__ import annotations

from compiler.baseline.windows import evtx
from compiler.baseline.windows.machine import SYSTEM32, Process
from compiler.baseline.windows.programs import hashes
from compiler.baseline.windows.sysmon import SysmonMachine

# Rights to a process by what they are asked for: Microsoft, "Process Security and Access Rights".
_RIGHTS = {"query": "0x1000", "limited": "0x1400", "look": "0x1410", "read": "0x1010", "all": "0x1fffff"}


class DetailMachine(SysmonMachine):
    """A machine on which Sysmon leaves nothing out."""

    def load(self, at: int, process: Process, path: str, company: str = "Microsoft Windows") -> None:
        """Event 7; ``company`` is who signed the library, empty where nobody did."""
        body: dict[str, object] = {
            "ImageLoaded": path,
            "FileVersion": "-",
            "Description": "-",
            "Product": "-",
            "Company": company or "-",
            "OriginalFileName": path.rpartition("\\")[2],
            "Hashes": hashes(path),
            "Signed": "true" if company else "false",
            "Signature": company or "-",
            "SignatureStatus": "Valid" if company else "Unavailable",
            "User": process.user,
        }
        self.note(at, 7, process, body)

    def driver(self, at: int, path: str, company: str) -> None:
        """Event 6, which knows no process."""
        body: dict[str, object] = {"RuleName": "-", "UtcTime": evtx.stamp(at).replace("T", " "), "ImageLoaded": path}
        body |= {"Hashes": hashes(path), "Signed": "true", "Signature": company, "SignatureStatus": "Valid"}
        self.seen.append((at, {"EventID": 6, "EventData": body}))

    def pipe(self, at: int, process: Process, name: str, *, made: bool = True) -> None:
        """Event 17, a pipe is made, or 18, somebody connects to it."""
        kind = "CreatePipe" if made else "ConnectPipe"
        self.note(at, 17 if made else 18, process, {"EventType": kind, "PipeName": name, "User": process.user})

    def backdate(self, at: int, process: Process, path: str, before: int) -> None:
        """Event 2: the creation time of a file is set to ``before``."""
        times = {"CreationUtcTime": evtx.stamp(before), "PreviousCreationUtcTime": evtx.stamp(at)}
        body = {name: text.replace("T", " ") for name, text in times.items()}
        self.note(at, 2, process, {"TargetFilename": path, **body, "User": process.user})

    def delete(self, at: int, process: Process, path: str) -> None:
        """Event 23, which has the user before the program."""
        body: dict[str, object] = {"User": process.user, "TargetFilename": path, "Hashes": hashes(path)}
        self.note(at, 23, process, {**body, "IsExecutable": "false", "Archived": "false"})

    def key(self, at: int, process: Process, path: str, done: str = "CreateKey") -> None:
        """Event 12."""
        self.note(at, 12, process, {"EventType": done, "TargetObject": path, "User": process.user})

    def exchange_image(self, at: int, process: Process) -> None:
        """Event 25; browsers and updaters do this to themselves."""
        self.note(at, 25, process, {"Type": "Image is replaced", "User": process.user})

    def look_into(self, at: int, source: Process, target: Process, rights: str, modules: tuple[str, ...]) -> None:
        """Event 10: ``rights`` by a word, ``modules`` what the call came through, the innermost first."""
        paths = (module if ":" in module or module.startswith("UNKNOWN") else SYSTEM32 + module for module in modules)
        trace = "|".join(f"{path}+{self.dice.hexa(5)}" for path in paths)
        self._between(at, 10, source, target, {"GrantedAccess": _RIGHTS[rights], "CallTrace": trace})

    def thread(self, at: int, source: Process, target: Process, module: str, function: str) -> None:
        """Event 8."""
        address = f"0x00007FF{self.dice.hexa(9).upper()}"
        rest = {"NewThreadId": self.dice.between(900, 30_000), "StartAddress": address}
        self._between(at, 8, source, target, {**rest, "StartModule": module, "StartFunction": function})

    def _between(self, at: int, kind: int, source: Process, target: Process, rest: dict[str, object]) -> None:
        head: dict[str, object] = {"RuleName": "-", "UtcTime": evtx.stamp(at).replace("T", " ")}
        guid = "ProcessGUID" if kind == 10 else "ProcessGuid"
        for side, process in (("Source", source), ("Target", target)):
            head |= {f"{side}{guid}": process.guid, f"{side}ProcessId": process.pid, f"{side}Image": process.image}
            if kind == 10 and side == "Source":
                head["SourceThreadId"] = self.dice.between(900, 30_000)
        users = {"SourceUser": source.user, "TargetUser": target.user}
        self.seen.append((at, {"EventID": kind, "EventData": head | rest | users}))
