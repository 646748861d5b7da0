using Mote.Abi.Linux;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Vfs;

/// <summary>An open regular file: position, append mode; the data is the inode's.</summary>
public sealed class RegularFile(PathNode path, OpenFlags flags) : OpenFile(path, flags)
{
    public override bool IsSeekable => true;

    public override bool TakesDirect => true;

    public override Result<long> Read(ref DataSink to)
    {
        Result<long> done = ReadAt(Position, ref to);
        if (done.IsOk)
        {
            Position += (ulong)done.Value;
        }

        return done;
    }

    public override Result<long> Write(ref DataSource from)
    {
        ulong offset = (Flags & OpenFlags.Append) != 0 ? Inode.Size : Position;
        Result<long> done = WriteLimited(offset, ref from);
        if (done.IsOk)
        {
            Position = offset + (ulong)done.Value;
        }

        return done;
    }

    public override Result<long> ReadAt(ulong offset, ref DataSink to)
    {
        Result<long> done = to.Remaining <= LongWork.StepBytes ? Inode.ReadAt(offset, ref to) : ReadLong(offset, ref to);
        if (done.IsOk && done.Value > 0)
        {
            FileNotices.Post(Path, FileEvents.Access);
        }

        if (done.IsOk && (Flags & OpenFlags.NoAccessTime) == 0)
        {
            Inode.Touch();
        }

        return done;
    }

    // pwrite(2), BUGS: on Linux O_APPEND wins over the offset.
    public override Result<long> WriteAt(ulong offset, ref DataSource from) =>
        WriteLimited((Flags & OpenFlags.Append) != 0 ? Inode.Size : offset, ref from);

    public override Result<long> Seek(long offset, SeekOrigin origin)
    {
        long from;
        switch (origin)
        {
            case SeekOrigin.Start:
                from = 0;
                break;
            case SeekOrigin.Current:
                from = (long)Position;
                break;
            case SeekOrigin.End:
                from = (long)Inode.Size;
                break;
            case SeekOrigin.Data:
            case SeekOrigin.Hole:
                if (offset < 0)
                {
                    return Errno.ENXIO;
                }

                Result<ulong> extent = Inode.FindExtent((ulong)offset, origin == SeekOrigin.Hole);
                if (!extent.IsOk)
                {
                    return extent.Error;
                }

                Position = extent.Value;
                return (long)Position;
            default:
                return Errno.EINVAL;
        }

        long target = unchecked(from + offset);
        if (target < 0)
        {
            return Errno.EINVAL;
        }

        Position = (ulong)target;
        return target;
    }

    public override Errno Sync() => Errno.None;

    /// <summary>Reads step by step: holes may be as long as a program likes.</summary>
    private Result<long> ReadLong(ulong offset, ref DataSink to)
    {
        long done = 0;
        while (true)
        {
            ulong held = to.Hold(LongWork.StepBytes);
            Result<long> step = Inode.ReadAt(offset + (ulong)done, ref to);
            to.GiveBack(held);
            if (!step.IsOk)
            {
                return done > 0 ? done : step;
            }

            done += step.Value;
            if (step.Value < LongWork.StepBytes || to.Remaining == 0 || !LongWork.IsWanted())
            {
                return done;
            }
        }
    }

    private Result<long> WriteLimited(ulong offset, ref DataSource from)
    {
        if (from.Remaining == 0)
        {
            return 0;
        }

        if (offset >= long.MaxValue)
        {
            return Errno.EFBIG;
        }

        from.Limit((ulong)long.MaxValue - offset);
        Result<long> done = Inode.WriteAt(offset, ref from);
        if (done.IsOk && done.Value > 0)
        {
            FileNotices.Post(Path, FileEvents.Modify);
        }

        return done;
    }
}
