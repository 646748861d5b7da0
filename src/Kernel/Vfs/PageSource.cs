using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// The pages of a file (or of shared anonymous memory) for mapping and for reading: the page cache's face. A frame that it returns carries
/// no reference for the caller; whoever keeps or maps it takes one.
/// </summary>
public abstract class PageSource
{
    /// <summary>Bytes now in the file. Pages that lie wholly behind it fault with SIGBUS.</summary>
    public abstract ulong Length { get; }

    /// <summary>Whether <see cref="TryGetPage"/> may give frames to map writable and shared.</summary>
    public abstract bool IsWritable { get; }

    /// <summary>Shared mappings that may write, or may be made to by mprotect(2).</summary>
    public int WritableMappings { get; private set; }

    /// <summary>A mapping more that <see cref="WritableMappings"/> counts.</summary>
    public void AddWritableMapping() => WritableMappings++;

    /// <summary>A mapping less.</summary>
    public void RemoveWritableMapping() => WritableMappings--;

    /// <summary>
    /// The frame of a page, made if it must be (a hole in a writable file). Errors: ENOMEM, EIO (a corrupt image), ENXIO (behind the end).
    /// With <paramref name="forWriting"/> false the frame may be one that must not be written (the boot module's).
    /// </summary>
    public abstract Result<Frame> TryGetPage(ulong pageIndex, bool forWriting);

    /// <summary>As <see cref="TryGetPage"/> for reading, but <see cref="Frame.None"/> for a hole: reading makes no page.</summary>
    public virtual Result<Frame> Peek(ulong pageIndex) => TryGetPage(pageIndex, forWriting: false);

    /// <summary>Copies from an offset to the sink until it is full or the end. Returns the bytes copied; EFAULT when there were none because of a bad address.</summary>
    public Result<long> CopyTo(ulong offset, ref DataSink to)
    {
        ulong length = Length;
        long done = 0;
        while (offset < length && to.Remaining > 0)
        {
            int within = (int)(offset & PageSize.Mask);
            int chunk = (int)Math.Min(Math.Min(to.Remaining, length - offset), (ulong)(PageSize.Bytes - within));
            if (!Peek(offset >> PageSize.Shift).TryGet(out Frame frame))
            {
                return done > 0 ? done : Errno.EIO;
            }

            int copied = frame.IsNone ? to.Clear(chunk) : to.Write(frame, within, chunk);
            done += copied;
            if (copied < chunk)
            {
                return done > 0 ? done : Errno.EFAULT;
            }

            offset += (ulong)chunk;
        }

        return done;
    }

    /// <summary>How many of the pages [first, end), which lie within the length, are in memory (cachestat(2)).</summary>
    public virtual ulong CountPresent(ulong firstPage, ulong endPage)
    {
        ulong count = 0;
        for (ulong page = firstPage; page < endPage; page++)
        {
            count += Peek(page).TryGet(out Frame frame) && !frame.IsNone ? 1ul : 0;
        }

        return count;
    }

    /// <summary>Frees the pages [first, end), which read as zeros from now on (MADV_REMOVE). Mappings of them are the caller's to drop. EOPNOTSUPP, EPERM (sealed).</summary>
    public virtual Errno Discard(ulong firstPage, ulong endPage) => Errno.EOPNOTSUPP;
}
