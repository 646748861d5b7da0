using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A link of /proc that leads to a place itself, whatever its path says: exe, cwd, root, fd/N (proc(5)).</summary>
internal sealed class PlaceLink(ProcFileSystem home, ulong number, PathNode place, PathNode root, uint mode, bool isDescriptor, Process owner)
    : ProcessInode(home, number, owner, FileType.SymbolicLink, mode)
{
    // Linux shows 64 for open files and 0 for the others; programs that trust st_size read too little with either.
    public override ulong Size => isDescriptor ? 64UL : 0UL;

    public override PathNode? MagicTarget => place;

    public override Result<int> ReadLink(Span<byte> target)
    {
        // A buffer that is too short gets the beginning of the path.
        Span<byte> whole = stackalloc byte[1024];
        Result<int> written = place.WritePath(root, whole);
        if (!written.IsOk)
        {
            return written;
        }

        int length = Math.Min(written.Value, target.Length);
        whole[..length].CopyTo(target);
        return length;
    }
}
