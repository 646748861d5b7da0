using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/pagemap: a word for each page (Documentation/admin-guide/mm/pagemap.rst). Frame numbers are for root; nothing is swapped out, and soft-dirty is not tracked.</summary>
internal sealed class PageMapFile(PathNode path, OpenFlags flags, Process process) : AddressedFile(path, flags)
{
    private const int WordBytes = sizeof(ulong);
    private const int PieceWords = 64;
    private const ulong Exclusive = 1UL << 56;
    private const ulong OfFile = 1UL << 61;
    private const ulong Present = 1UL << 63;

    private readonly bool _showsFrames = UserThread.Current.Credentials.Has(Capability.SystemAdmin);

    public override Result<long> ReadAt(ulong offset, ref DataSink to)
    {
        if ((offset % WordBytes) != 0 || (to.Remaining % WordBytes) != 0)
        {
            return Errno.EINVAL;
        }

        Span<byte> piece = stackalloc byte[PieceWords * WordBytes];
        ulong page = offset / WordBytes;
        ulong end = VirtAddr.UserEnd.Value >> PageSize.Shift;
        long done = 0;
        while (to.Remaining > 0 && page < end && !process.HasExited)
        {
            int words = (int)Math.Min(Math.Min(to.Remaining / WordBytes, PieceWords), end - page);
            for (int i = 0; i < words; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(piece[(i * WordBytes)..], Describe(new VirtAddr((page + (ulong)i) << PageSize.Shift)));
            }

            int copied = to.Write(piece[..(words * WordBytes)]);
            done += copied;
            page += (ulong)words;
            if (copied < words * WordBytes)
            {
                return done > 0 ? done : Errno.EFAULT;
            }

            if (done % LongWork.StepBytes == 0 && !LongWork.IsWanted())
            {
                break;
            }
        }

        return done;
    }

    private ulong Describe(VirtAddr page)
    {
        PageEntry entry = process.Space.Query(page);
        if (!entry.IsPresent)
        {
            return 0;
        }

        Area? area = process.Memory.Find(page);
        bool isOwn = area != null && process.Memory.IsOwnPage(area, page, entry.Frame);
        return Present | (_showsFrames ? entry.Frame.DeviceAddress.Value >> PageSize.Shift : 0) | (isOwn ? Exclusive : 0)
            | (area?.Source != null && !isOwn ? OfFile : 0);
    }
}
