using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

// fallocate(2).
internal sealed partial class RamFile
{
    private const uint KeepSize = 1;
    private const uint PunchHole = 2;
    private const uint ZeroRange = 0x10;

    public override Errno Allocate(uint mode, ulong offset, ulong length)
    {
        ulong end = offset + length;
        uint known = Home.IsLayer ? KeepSize | PunchHole | ZeroRange : KeepSize | PunchHole; // tmpfs cannot zero a range
        if ((mode & ~known) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if ((mode & PunchHole) != 0)
        {
            if (mode != (PunchHole | KeepSize))
            {
                return Errno.EOPNOTSUPP;
            }

            return (_seals & (SealWrite | SealFutureWrite)) != 0 ? Errno.EPERM : Zero(offset, Math.Min(end, _size));
        }

        bool grows = (mode & KeepSize) == 0 && end > _size;
        if (end > _size && (_seals & SealGrow) != 0)
        {
            return Errno.EPERM;
        }

        if ((mode & ZeroRange) != 0)
        {
            Errno error = Zero(offset, Math.Min(end, _size));
            if (error != Errno.None)
            {
                return error;
            }
        }

        if (!HasRoomFor(offset, end))
        {
            return Errno.ENOSPC;
        }

        for (ulong page = offset >> PageSize.Shift; page << PageSize.Shift < end; page++)
        {
            Result<Frame> own = AnyPage(page);
            if (own.IsOk && own.Value.IsNone)
            {
                own = OwnPage(page);
            }

            if (!own.IsOk)
            {
                return own.Error;
            }
        }

        if (grows)
        {
            _size = end;
        }

        MarkModified();
        return Errno.None;
    }

    /// <summary>Whether memory is there for the range's holes. Asked first, so that a range that cannot be had does not take all that is left: the program would be the next to need a page.</summary>
    private bool HasRoomFor(ulong start, ulong end)
    {
        ulong available = MemoryStatistics.AvailableBytes >> PageSize.Shift;
        ulong missing = 0;
        for (ulong page = start >> PageSize.Shift; page << PageSize.Shift < end; page++)
        {
            Result<Frame> own = AnyPage(page);
            if (own.IsOk && own.Value.IsNone && ++missing >= available)
            {
                return false;
            }
        }

        return true;
    }

    private Errno Zero(ulong start, ulong end)
    {
        while (start < end)
        {
            ulong page = start >> PageSize.Shift;
            int within = (int)(start & PageSize.Mask);
            int chunk = (int)Math.Min(end - start, (ulong)(PageSize.Bytes - within));
            bool hasLower = page << PageSize.Shift < _lowerSize;
            if (!hasLower && _map.Find(page).IsNone)
            {
                // A hole already: go on at the next page that is none.
                ulong next = _map.Next(page);
                start = next >= (end + PageSize.Mask) >> PageSize.Shift ? end : next << PageSize.Shift;
                continue;
            }

            if (chunk == PageSize.Bytes && !hasLower)
            {
                Home.GiveBackPage(_map.Remove(page));
            }
            else
            {
                Result<Frame> own = OwnPage(page);
                if (!own.IsOk)
                {
                    return own.Error;
                }

                own.Value.Clear(within, chunk);
            }

            start += (ulong)chunk;
        }

        MarkModified();
        return Errno.None;
    }
}
