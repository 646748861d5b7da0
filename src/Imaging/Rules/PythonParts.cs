using System;
using System.Collections.Generic;

namespace Mote.Imaging.Rules;

/// <summary>Which parts of Python's standard library programs in a small machine do without; docs/images.md gives the reasons.</summary>
internal static class PythonParts
{
    // Tests, tools that run on a developer's desk, and what needs a display.
    private static readonly HashSet<string> s_never = new(StringComparer.Ordinal)
    {
        "idlelib", "tkinter", "turtle", "turtledemo", "_tkinter", "ensurepip", "lib2to3", "msilib", "__phello__", "__hello__", "LICENSE.txt", "EXTERNALLY-MANAGED",
        "ossaudiodev", "_msi",
    };

    // Large beside how seldom they are imported, or with large libraries behind them: libsqlite3, ncurses and readline, Berkeley DB, Kerberos (nis).
    private static readonly HashSet<string> s_rarely = new(StringComparer.Ordinal)
    {
        "sqlite3", "_sqlite3", "curses", "_curses", "_curses_panel", "readline", "dbm", "_dbm", "_gdbm", "nis", "crypt", "_crypt", "distutils", "pydoc_data", "pydoc", "venv", "_pydecimal", "_pyio",
        "_codecs_cn", "_codecs_hk", "_codecs_iso2022", "_codecs_jp", "_codecs_kr", "_codecs_tw", "_multibytecodec", "audioop", "_xxsubinterpreters", "_lsprof",
        "_aix_support", "_osx_support", "_bootsubprocess", "pickletools", "doctest", "wsgiref", "xmlrpc", "imaplib", "nntplib", "poplib", "smtpd", "telnetlib", "mailbox",
    };

    private static readonly HashSet<string> s_packagingTools = new(StringComparer.Ordinal) { "pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack", "distutils-precedence.pth" };

    // OpenSSL's libraries are a fifth of a small image. hashlib and hmac work without them, on the interpreter's own implementations.
    private static readonly HashSet<string> s_openSsl = new(StringComparer.Ordinal) { "_ssl", "_hashlib" };

    /// <summary>The interpreter's own tests (Debian: libpython3-testsuite) and the extension modules that they use.</summary>
    public static bool IsTest(string module) =>
        module is "test" or "_ctypes_test" || module.StartsWith("_test", StringComparison.Ordinal) || module.StartsWith("xx", StringComparison.Ordinal)
        || module.StartsWith("_xxtest", StringComparison.Ordinal);

    public static bool IsNeverWanted(string module) =>
        s_never.Contains(module) || IsTest(module) || module.StartsWith("config-", StringComparison.Ordinal);

    /// <summary>The module that is imported when this one is needed: its own name, or the one whose native half it is.</summary>
    public static string FamilyOf(string module) => module switch
    {
        "_hashlib" => "ssl",
        "_curses_panel" => "curses",
        "_gdbm" => "dbm",
        "pydoc_data" => "pydoc",
        _ when module.StartsWith("_codecs_", StringComparison.Ordinal) => module,
        _ => module.TrimStart('_'),
    };

    public static bool IsRarelyWanted(string module) => s_rarely.Contains(module);

    public static bool IsOpenSsl(string module) => s_openSsl.Contains(module);

    public static bool IsTestFolder(string name) => name is "test" or "tests" or "idle_test";

    /// <summary>pip and its kind, with their .dist-info folders.</summary>
    public static bool IsPackagingTool(string name)
    {
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        return s_packagingTools.Contains(name) || (name.EndsWith("-info", StringComparison.Ordinal) && dash > 0 && s_packagingTools.Contains(name[..dash]));
    }

    /// <summary>Files beside .py that the library reads at run time.</summary>
    public static bool IsModuleFile(string name) =>
        name.EndsWith(".pyc", StringComparison.Ordinal) || name.EndsWith(".so", StringComparison.Ordinal) || name.EndsWith(".css", StringComparison.Ordinal)
        || name.EndsWith(".zip", StringComparison.Ordinal) || name.EndsWith(".json", StringComparison.Ordinal);
}
