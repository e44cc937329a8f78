"""Write the modules of CDK that the app of iops deploys, one for each stage: `systems/iops/cdk`.

    python -m tools.system_cdk [--check]

Fails with `--check` on a module that is missing or out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trueup.configuration import StageOptions, load_stage
from trueup.infra import Format, stack_files, stack_of
from trueup.lifecycle.generated import State, write_file

ROOT = Path(__file__).resolve().parent.parent
SYSTEM = Path("systems/iops")
STAGES = ("dev", "beta", "prod")


def run(root: Path, *, check: bool) -> list[str]:
    """Write the modules under `root`, or only compare them; returns what is wrong."""
    problems: list[str] = []
    for name in STAGES:
        found = load_stage(StageOptions(name), environ={}, folder=ROOT / SYSTEM)
        stack = stack_of(
            found.layer,
            found.table_names,
            stage=name,
            is_protected=found.stage.protect,
            name=found.stage.stack,
            exports=found.stage.exports,
        )
        # The app beside the module is not that of one stack: it is written by hand.
        module, *_ = stack_files(stack, Format.CDK, root / SYSTEM / "cdk" / f"{name}.py")
        if not check:
            write_file(module)
        elif module.state is not State.CURRENT:
            problems.append(f"{module.state.value}: {module.path.relative_to(root)}")
    return [f"{problem}; run `make generate`" for problem in problems]


def main() -> int:
    """Run as a command; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="write the modules of CDK of iops")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    problems = run(ROOT, check=parser.parse_args().check)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
