"""The command line of the engine: ``bihuan work``, ``verify``, ``check`` and so on; the web adds ``run``."""

from __future__ import annotations

import click

from engine.cli import check, deploy, doctor, export, moving, person, process, seal, token, verify, work

main = click.Group("bihuan", help="Bihuan 闭环: a process platform for public offices.")
for command in (
    check.command, deploy.command, doctor.command, export.command, moving.backup_command, moving.copy_command,
    moving.restore_command, person.command, process.command, seal.command, token.command, verify.command,
    work.command, work.migrate_command,
):  # fmt: skip
    main.add_command(command)
