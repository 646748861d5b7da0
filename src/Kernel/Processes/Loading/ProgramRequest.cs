using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

/// <summary>What to run: an open file, the name it was called by, and the strings it gets. Strings are bytes without NUL.</summary>
public sealed class ProgramRequest
{
    public required OpenFile File { get; init; }

    /// <summary>The path as the caller wrote it: AT_EXECFN.</summary>
    public required byte[] Path { get; init; }

    public required byte[][] Arguments { get; init; }

    public byte[][] Environment { get; init; } = [];
}
