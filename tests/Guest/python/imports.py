# Imports every module of the standard library by itself, and says what came of each.
import importlib, io, os, pkgutil, sys, warnings

warnings.simplefilter("ignore")
# Not in images at all (docs/images.md), or not meant to be imported: they open a browser, print a poem, end the program or belong to other systems.
left_out = {"idlelib", "tkinter", "turtle", "turtledemo", "_tkinter", "ensurepip", "lib2to3", "msilib", "test", "_ctypes_test", "ossaudiodev", "antigravity", "this", "__main__", "pip", "distutils"}

def wanted(name):
    parts = name.split(".")
    return parts[0] not in left_out and not parts[0].startswith(("_test", "xx", "_xxtest")) and not {"test", "tests", "idle_test", "__main__"} & set(parts)

folder = os.path.dirname(os.__file__)
names = set(sys.builtin_module_names)
paths = [folder, folder + "/lib-dynload"]
for module in pkgutil.walk_packages(paths, onerror=lambda name: None):
    names.add(module.name)

for name in sorted(filter(wanted, names)):
    if name.endswith(".__main__"):
        continue
    try:
        importlib.import_module(name)
        print(name, "ok")
    except BaseException as e:
        print(name, type(e).__name__, e)
sys.stdout.flush()
os._exit(0)
