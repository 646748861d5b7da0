using System.Collections.Generic;
using System.Text.RegularExpressions;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// CPython: the standard library of the interpreter, found from the program's place as the interpreter does it (Modules/getpath.py): the first folder upwards that
/// has lib/pythonX.Y/os.py. A module comes as its compiled form alone, under the name that imports without source (json/__init__.pyc), when the host has it.
/// </summary>
internal sealed partial class PythonRule : IImageRule
{
    public string Name => "python";

    public string Description => "Adds the standard library of the Python interpreter, compiled, without tests, tools and families that few programs import.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } =
    [
        ("full", "the families that are left out otherwise: OpenSSL, sqlite3, curses and readline, dbm, CJK codecs, distutils, pydoc topics"),
        ("ssl", "the modules _ssl and _hashlib with OpenSSL's libraries (6 MB); without them ssl cannot be imported and hashlib uses the interpreter's own code"),
        ("source", "the .py files beside the compiled modules, for tracebacks with source lines of the standard library"),
        ("test", "the interpreter's own regression tests, where the host has them (Debian: libpython3-testsuite)"),
        ("site", "packages installed in the interpreter's site-packages and dist-packages"),
    ];

    public string? Recognize(LoadedProgram program) =>
        ProgramName().IsMatch(GuestPath.Name(program.HostReal)) ? $"{GuestPath.Name(program.HostReal)} is a Python interpreter" : null;

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        PythonHome home = PythonHome.Find(assembly.Host, program);
        PythonImports imports = PythonImports.Of(assembly, program);
        var library = new PythonLibrary(assembly, program.Scope, home, variants, imports);
        library.AddStandardLibrary();
        library.AddExtensionModules();
        library.AddPackages();
        library.AddNotes();
        AddData(assembly, imports);

        // The image is read-only below and small: nothing is gained by compiling into it.
        assembly.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
    }

    // mimetypes reads the table of the system; zoneinfo its time zones (PYTHONTZPATH), which are many.
    private static void AddData(ImageAssembly assembly, PythonImports imports)
    {
        assembly.AddHostPath("/etc/mime.types", "rule python: read by mimetypes");
        if ((imports.Modules.Contains("zoneinfo") || imports.Modules.Contains("dateutil") || imports.Modules.Contains("pytz")) && assembly.Host.IsDirectory("/usr/share/zoneinfo"))
        {
            assembly.AddHostFolder("/usr/share/zoneinfo", "/usr/share/zoneinfo", "rule python: time zones", path => path is not ("posix" or "right"));
        }
    }

    [GeneratedRegex(@"^python3?(\.\d+)?[dt]?$")]
    private static partial Regex ProgramName();
}
