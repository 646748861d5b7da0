using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

/// <summary>
/// A regular file in memory: frames where something was written, holes elsewhere. One taken over from a lower file system reads that one's pages up to where it was last cut,
/// until they are written.
/// </summary>
internal sealed partial class RamFile : RamInode
{
    private const ulong MaximumSize = long.MaxValue;
    private const uint SealSeal = 1;
    private const uint SealShrink = 2;
    private const uint SealGrow = 4;
    private const uint SealWrite = 8;
    private const uint SealFutureWrite = 16;
    private const uint SealExecution = 32;
    private const uint AnyExecute = 0x49; // 0111

    private readonly FrameTree _map = new();
    private readonly PageSource? _lower;
    private RamPages? _pages;
    private ulong _size;

    /// <summary>Bytes from the start for which the lower file's pages stand in where no own page is.</summary>
    private ulong _lowerSize;
    private uint _seals = SealSeal;

    public RamFile(RamFileSystem home, in NewInode what)
        : base(home, what)
    {
    }

    public RamFile(RamFileSystem home, Inode lower, in InodeAttributes attributes)
        : base(home, lower.Number, attributes)
    {
        _lower = lower.Pages;
        _size = attributes.Size;
        _lowerSize = _lower != null ? _size : 0;
    }

    /// <summary>Made with O_TMPFILE: it has no name yet but may be given one.</summary>
    public bool IsUnnamed { get; init; }

    public override ulong Size => _size;

    public override PageSource Pages => _pages ??= MakePages();

    protected override ulong Blocks => Math.Max(_map.Count, (_lowerSize + PageSize.Mask) >> PageSize.Shift) * (PageSize.Bytes / 512);

    /// <summary>Makes it a memory file that can be sealed (MFD_ALLOW_SEALING), or that is and stays no program as well (MFD_NOEXEC_SEAL).</summary>
    internal void AllowSeals(bool isNoProgram) => _seals = isNoProgram ? SealExecution : 0;

    public override Result<uint> GetSeals() => Home.IsLayer ? Errno.EINVAL : _seals;

    public override Errno AddSeals(uint seals)
    {
        if (Home.IsLayer)
        {
            return Errno.EINVAL;
        }

        if ((_seals & SealSeal) != 0)
        {
            return Errno.EPERM;
        }

        if ((seals & ~_seals & SealWrite) != 0 && Pages.WritableMappings > 0)
        {
            return Errno.EBUSY;
        }

        if ((seals & SealExecution) != 0 && (Mode & AnyExecute) != 0)
        {
            // What can be run stays as it is (memfd_add_seals: W^X from the start).
            seals |= SealShrink | SealGrow | SealWrite | SealFutureWrite;
        }

        _seals |= seals;
        return Errno.None;
    }

    public override Errno SetAttributes(in AttributeChanges changes) =>
        (_seals & SealExecution) != 0 && changes.Mode is uint mode && ((mode ^ Mode) & AnyExecute) != 0 ? Errno.EPERM : base.SetAttributes(changes);

    public override Result<long> WriteAt(ulong offset, ref DataSource from)
    {
        if ((_seals & (SealWrite | SealFutureWrite)) != 0)
        {
            return Errno.EPERM;
        }

        long done = 0;
        Errno error = Errno.None;
        while (from.Remaining > 0)
        {
            int within = (int)(offset & PageSize.Mask);
            int chunk = (int)Math.Min(from.Remaining, (ulong)(PageSize.Bytes - within));
            if ((_seals & SealGrow) != 0 && offset + (ulong)chunk > _size)
            {
                error = Errno.EPERM; // Linux looks at each page by itself: what fits is written
                break;
            }

            Result<Frame> page = OwnPage(offset >> PageSize.Shift);
            if (!page.IsOk)
            {
                error = page.Error;
                break;
            }

            int copied = from.Read(page.Value, within, chunk);
            done += copied;
            offset += (ulong)copied;
            if (copied < chunk)
            {
                error = Errno.EFAULT;
                break;
            }
        }

        _size = Math.Max(_size, done > 0 ? offset : 0);
        if (done > 0)
        {
            MarkModified();
        }

        return done > 0 || error == Errno.None ? done : error;
    }

    public override Errno Truncate(ulong size)
    {
        if (size > MaximumSize)
        {
            return Errno.EFBIG;
        }

        if ((size < _size && (_seals & SealShrink) != 0) || (size > _size && (_seals & SealGrow) != 0))
        {
            return Errno.EPERM;
        }

        if (size < _size)
        {
            Errno error = Shrink(size);
            if (error != Errno.None)
            {
                return error;
            }
        }

        _size = size;
        MarkModified();
        return Errno.None;
    }

    public override Result<ulong> FindExtent(ulong offset, bool hole)
    {
        if (offset >= _size)
        {
            return Errno.ENXIO;
        }

        ulong page = offset >> PageSize.Shift;
        while (page << PageSize.Shift < _size)
        {
            bool isData = !_map.Find(page).IsNone || page << PageSize.Shift < _lowerSize;
            if (isData != hole)
            {
                return Math.Max(offset, page << PageSize.Shift);
            }

            ulong next = isData ? page + 1 : _map.Next(page + 1);
            if (next == ulong.MaxValue)
            {
                break;
            }

            page = next;
        }

        return hole ? _size : Errno.ENXIO;
    }

    protected override void FreeContents()
    {
        ReleaseFrom(0);
        _size = 0;
        _lowerSize = 0;
    }

    /// <summary>The page's own frame, for writing: made from the lower page or from zeros when it is missing. ENOSPC.</summary>
    [MayAllocate("once a file")]
    private RamPages MakePages() => new(this);

    private Result<Frame> OwnPage(ulong page)
    {
        Frame frame = _map.Find(page);
        if (!frame.IsNone)
        {
            return frame;
        }

        Frame below = Frame.None;
        if (page << PageSize.Shift < _lowerSize && !_lower!.TryGetPage(page, forWriting: false).TryGet(out below))
        {
            return Errno.EIO;
        }

        if (!Home.TryTakePage(below.IsNone ? FrameFill.Zero : FrameFill.Leftover, out frame))
        {
            return Errno.ENOSPC;
        }

        if (!below.IsNone)
        {
            frame.CopyFrom(below);
        }

        if (!_map.TryAdd(page, frame))
        {
            Home.GiveBackPage(frame);
            return Errno.ENOSPC;
        }

        return frame;
    }

    /// <summary>The page as it is, for reading: own, lower, or none for a hole.</summary>
    private Result<Frame> AnyPage(ulong page)
    {
        Frame frame = _map.Find(page);
        return frame.IsNone && page << PageSize.Shift < _lowerSize ? _lower!.Peek(page) : frame;
    }

    private Errno Shrink(ulong size)
    {
        int within = (int)(size & PageSize.Mask);
        ulong page = size >> PageSize.Shift;
        if (within != 0 && (!_map.Find(page).IsNone || page << PageSize.Shift < _lowerSize))
        {
            // What lies behind the new end must read as zero when the file grows again.
            Result<Frame> last = OwnPage(page);
            if (!last.IsOk)
            {
                return last.Error;
            }

            last.Value.Clear(within, PageSize.Bytes - within);
        }

        ReleaseFrom((size + PageSize.Mask) >> PageSize.Shift);
        _lowerSize = Math.Min(_lowerSize, size);
        return Errno.None;
    }

    private void ReleaseFrom(ulong page)
    {
        for (ulong i = _map.Next(page); i != ulong.MaxValue; i = _map.Next(i + 1))
        {
            Home.GiveBackPage(_map.Remove(i));
        }
    }

    /// <summary>The file's face to mappings.</summary>
    private sealed class RamPages(RamFile file) : PageSource
    {
        public override ulong Length => file._size;

        public override bool IsWritable => (file._seals & (SealWrite | SealFutureWrite)) == 0;

        public override Result<Frame> TryGetPage(ulong pageIndex, bool forWriting)
        {
            if (pageIndex >= (file._size + PageSize.Mask) >> PageSize.Shift)
            {
                return Errno.ENXIO;
            }

            if (!forWriting && file.AnyPage(pageIndex).TryGet(out Frame there) && !there.IsNone)
            {
                return there;
            }

            Result<Frame> own = file.OwnPage(pageIndex);
            return own.Error == Errno.ENOSPC ? Errno.ENOMEM : own;
        }

        public override Result<Frame> Peek(ulong pageIndex) => file.AnyPage(pageIndex);

        // A file may be nearly all hole: only what is there is looked at.
        public override ulong CountPresent(ulong firstPage, ulong endPage)
        {
            ulong lowerEnd = Math.Min(endPage, (file._lowerSize + PageSize.Mask) >> PageSize.Shift);
            ulong count = lowerEnd > firstPage ? lowerEnd - firstPage : 0;
            for (ulong page = file._map.Next(Math.Max(firstPage, lowerEnd)); page < endPage; page = file._map.Next(page + 1))
            {
                count++;
            }

            return count;
        }

        public override Errno Discard(ulong firstPage, ulong endPage) =>
            file.Allocate(PunchHole | KeepSize, firstPage << PageSize.Shift, (endPage - firstPage) << PageSize.Shift);
    }
}
