import importlib
import pkgutil
import sys

import bench


def main() -> None:
    """Runs every bench, or those that are named."""
    every = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name != "__main__"]
    for name in sys.argv[1:] or every:
        if name not in every:
            sys.exit(f"There is no bench {name!r}. Benches: {', '.join(every)}.")
        module = importlib.import_module(f"bench.{name}")
        print(f"\n== {name}: {(module.__doc__ or '').strip().splitlines()[0]}")
        sys.argv = [name]
        module.main()


main()
