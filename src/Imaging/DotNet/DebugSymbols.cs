using System.IO;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.DotNet;

/// <summary>Files NAME.dbg: what publishing strips off a compiled program. Each is an ELF file too, without the contents that its headers name.</summary>
internal static class DebugSymbols
{
    public static bool HasTheirName(string path) => path.EndsWith(".dbg", System.StringComparison.Ordinal);

    /// <summary>Whether a file is the symbols of a program or library beside it.</summary>
    public static bool IsOfProgram(HostFiles host, string path) => HasTheirName(path) && host.IsFile(Path.ChangeExtension(path, null));
}
