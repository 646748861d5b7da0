using System;
using System.Collections.Generic;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;

namespace Mote.Imaging.Rules;

/// <summary>Programs that draw on terminals with ncurses or read terminfo by libtinfo: the descriptions of the usual terminals (terminfo(5)), some 200 KB, and the locale that shows UTF-8.</summary>
internal sealed class TerminfoRule : IImageRule
{
    // What glibc reads for LANG=C.UTF-8, without which programs show other letters than English ones as bytes.
    private const string Utf8Locale = "/usr/lib/locale/C.utf8";

    private const string Why = "rule terminfo: descriptions of terminals";

    // The terminals of Debian's ncurses-base, the package that every system has, and those that people use beside them.
    private static readonly HashSet<string> s_usual = new(StringComparer.Ordinal)
    {
        "ansi", "cygwin", "dumb", "linux", "pcansi", "rxvt", "rxvt-basic", "rxvt-unicode", "rxvt-unicode-256color", "screen", "screen-256color", "screen-256color-bce", "screen-bce",
        "screen.xterm-256color", "tmux", "tmux-256color", "vt100", "vt102", "vt220", "vt52", "xterm", "xterm-256color", "xterm-color", "xterm-mono",
        "alacritty", "foot", "konsole", "konsole-256color", "xterm-direct", "xterm-ghostty", "xterm-kitty",
    };

    // Where ncurses looks for them (ncurses(3), "TERMINFO_DIRS", as distributions set it).
    private static readonly string[] s_folders = ["/etc/terminfo", "/lib/terminfo", "/usr/lib/terminfo", "/usr/share/terminfo"];

    public string Name => "terminfo";

    public string Description => "Adds the descriptions of the usual terminals, and the locale C.UTF-8, for programs that use ncurses.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } =
    [
        ("all", "the descriptions of all terminals that this host knows"),
    ];

    public string? Recognize(LoadedProgram program)
    {
        foreach (LoadedObject loaded in program.Scope.Objects)
        {
            string name = loaded.Elf.Soname ?? "";
            if (name.StartsWith("libtinfo", StringComparison.Ordinal) || name.StartsWith("libncurses", StringComparison.Ordinal))
            {
                return $"the program uses {name}";
            }
        }

        return null;
    }

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        HostFiles host = assembly.Host;
        if (host.IsDirectory(Utf8Locale))
        {
            assembly.AddHostFolder(Utf8Locale, Utf8Locale, "rule terminfo: the locale C.UTF-8");
        }

        AddDescriptions(assembly, Why, variants.Contains("all"));
    }

    /// <summary>Adds the descriptions of the usual terminals that the host knows, or of all.</summary>
    public static void AddDescriptions(ImageAssembly assembly, string why, bool all)
    {
        HostFiles host = assembly.Host;
        foreach (string folder in s_folders)
        {
            foreach (string letter in host.IsDirectory(folder) ? host.List(folder) : [])
            {
                string below = folder + "/" + letter;
                foreach (string name in host.IsDirectory(below) ? host.List(below) : [])
                {
                    if (all || s_usual.Contains(name))
                    {
                        assembly.AddHostPath(below + "/" + name, why);
                    }
                }
            }
        }
    }
}
