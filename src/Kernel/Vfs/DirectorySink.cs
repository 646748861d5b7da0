using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>Takes the entries of a directory one by one.</summary>
public abstract class DirectorySink
{
    /// <summary>
    /// Offers an entry. <paramref name="next"/> is the position from which reading goes on after it. False when it was not taken, for want
    /// of room: the directory stops and the entry is offered again next time.
    /// </summary>
    public abstract bool TryAdd(ReadOnlySpan<byte> name, ulong inode, FileType type, ulong next);
}
