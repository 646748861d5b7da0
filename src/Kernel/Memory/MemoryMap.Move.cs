using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// mremap(2).
public sealed partial class MemoryMap
{
    /// <summary>
    /// Makes the mapping at a range longer or shorter, moving it when it must and may. Errors: EFAULT (not one mapping), ENOMEM (no room), EINVAL, EPERM (sealed).
    /// </summary>
    public Result<VirtAddr> Remap(VirtAddr start, ulong oldLength, ulong newLength, RemapFlags flags, VirtAddr target)
    {
        const RemapFlags Known = RemapFlags.MayMove | RemapFlags.Fixed | RemapFlags.DontUnmap;
        oldLength = PageBits.Up(oldLength);
        newLength = PageBits.Up(newLength);
        bool isFixed = (flags & RemapFlags.Fixed) != 0;
        bool keepsOld = (flags & RemapFlags.DontUnmap) != 0;
        if ((flags & ~Known) != 0 || !start.IsPageAligned || newLength == 0 || ((isFixed || keepsOld) && (flags & RemapFlags.MayMove) == 0)
            || (keepsOld && oldLength != newLength))
        {
            return Errno.EINVAL;
        }

        if (!VirtAddr.IsUserRange(start, oldLength))
        {
            return Errno.EFAULT;
        }

        if (isFixed && (!target.IsPageAligned || !VirtAddr.IsUserRange(target, newLength)
            || (target.Value < start.Value + oldLength && start.Value < target.Value + newLength)))
        {
            return Errno.EINVAL;
        }

        Area? area = Find(start);
        if (area == null)
        {
            return Errno.EFAULT;
        }

        if (IsSealed(start, Math.Max(oldLength, 1)) || (isFixed && IsSealed(target, newLength)))
        {
            return Errno.EPERM;
        }

        // What is given back may be several mappings.
        if (!keepsOld && newLength < oldLength)
        {
            Unmap(start + newLength, oldLength - newLength);
            oldLength = newLength;
        }

        if (start.Value + oldLength > area.High)
        {
            return Errno.EFAULT;
        }

        if (oldLength == 0 && !area.IsShared)
        {
            return Errno.EINVAL;
        }

        if (!isFixed && !keepsOld && newLength == oldLength && oldLength != 0)
        {
            return start;
        }

        if (newLength > oldLength && IsHopeless(newLength - oldLength, area.Protection, area.Flags))
        {
            return Errno.ENOMEM;
        }

        ulong end = start.Value + oldLength;
        if (!isFixed && !keepsOld && oldLength != 0 && end == area.High && newLength > oldLength)
        {
            ulong added = newLength - oldLength;
            if (VirtAddr.IsUserRange(start, newLength) && _areas.IsFree(end, end + added) && unchecked(Size + added) <= SizeLimit
                && !(IsData(area.Protection, area.Flags) && ExceedsData(added)))
            {
                Resize(area, area.Low, area.High + added);
                Merge(area);
                _ = PopulateLocked(new VirtAddr(end), added); // if it is locked
                return start;
            }
        }

        return (flags & RemapFlags.MayMove) != 0 ? Move(area, start, oldLength, newLength, isFixed, keepsOld, target) : Errno.ENOMEM;
    }

    private Result<VirtAddr> Move(Area area, VirtAddr start, ulong oldLength, ulong newLength, bool isFixed, bool keepsOld, VirtAddr target)
    {
        Result<VirtAddr> placed = Map(new MapRequest
        {
            Address = target,
            Length = newLength,
            Placement = isFixed ? MapPlacement.Fixed : MapPlacement.Hint,
            Protection = area.Protection,
            Flags = area.Flags | AreaFlags.NoReserve,
            Source = area.Source,
            SourcePage = area.Source == null ? 0 : area.SourcePageAt(start.Value),
            File = area.File,
        });
        if (!placed.IsOk)
        {
            return placed;
        }

        if (area.Label != null)
        {
            _ = Label(placed.Value, newLength, area.Label); // it was just mapped
        }

        ulong moved = oldLength < newLength ? oldLength : newLength;
        if (moved != 0 && !Space.TryMove(start, placed.Value, moved))
        {
            // Tables on the old side are still there, so the way back cannot fail.
            Space.TryMove(placed.Value, start, moved);
            Unmap(placed.Value, newLength);
            return Errno.ENOMEM;
        }

        if (!keepsOld && oldLength != 0)
        {
            Unmap(start, oldLength);
        }

        if (newLength > moved)
        {
            _ = PopulateLocked(placed.Value + moved, newLength - moved); // if it is locked
        }

        return placed;
    }
}
