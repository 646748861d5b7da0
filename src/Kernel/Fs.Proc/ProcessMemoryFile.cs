using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/mem: the memory of a process at its addresses, past what its own protections allow, as a debugger needs it (proc_pid_mem(5)).</summary>
internal sealed class ProcessMemoryFile(PathNode path, OpenFlags flags, Process process) : AddressedFile(path, flags)
{
    private const int PieceBytes = 1024;

    public override FileGaps Gaps => FileGaps.VectorRead | FileGaps.VectorWrite | FileGaps.Splice;

    public override bool HasWideOffsets => true;

    public override Result<long> ReadAt(ulong offset, ref DataSink to)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        ulong at = offset;
        while (to.Remaining > 0 && !process.HasExited)
        {
            Span<byte> part = piece[..PartAt(at, to.Remaining)];
            int found = process.Memory.ReadForced(new VirtAddr(at), part);
            if (found == 0)
            {
                return at == offset ? Errno.EIO : (long)(at - offset);
            }

            int copied = to.Write(part[..found]);
            at += (ulong)copied;
            if (copied < found)
            {
                return at == offset ? Errno.EFAULT : (long)(at - offset);
            }

            if (at % LongWork.StepBytes == 0 && !LongWork.IsWanted())
            {
                break;
            }
        }

        return (long)(at - offset);
    }

    public override Result<long> WriteAt(ulong offset, ref DataSource from)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        ulong at = offset;
        while (from.Remaining > 0 && !process.HasExited)
        {
            Span<byte> part = piece[..PartAt(at, from.Remaining)];
            int given = from.Read(part);
            int stored = given < part.Length ? 0 : process.Memory.WriteForced(new VirtAddr(at), part[..given]);
            at += (ulong)stored;
            if (stored < part.Length)
            {
                return at != offset ? (long)(at - offset) : given < part.Length ? Errno.EFAULT : Errno.EIO;
            }

            if (at % LongWork.StepBytes == 0 && !LongWork.IsWanted())
            {
                break;
            }
        }

        return (long)(at - offset);
    }

    /// <summary>How much to move at once: within a page.</summary>
    private static int PartAt(ulong address, ulong remaining) =>
        (int)Math.Min(Math.Min(remaining, PieceBytes), (ulong)PageSize.Bytes - (address & PageSize.Mask));
}
