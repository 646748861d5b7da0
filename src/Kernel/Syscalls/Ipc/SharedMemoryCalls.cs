using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>shmget(2), shmat(2), shmdt(2), shmctl(2).</summary>
public sealed class SharedMemoryCalls(FileServices services) : IpcFamily(services)
{
    private const int MaximumSegments = IpcTables.MostSegments;
    private const ulong MaximumBytes = ulong.MaxValue - (1 << 24);
    private const int HugePages = 0x800; // SHM_HUGETLB
    private const int ReadOnly = 0x1000; // SHM_RDONLY
    private const int Round = 0x2000; // SHM_RND
    private const int Replace = 0x4000; // SHM_REMAP
    private const int Executable = 0x8000; // SHM_EXEC
    private const int LockCommand = 11;
    private const int UnlockCommand = 12;
    private const int IndexStatusCommand = 13;
    private const int SharedInfoCommand = 14;
    private const int AnyStatusCommand = 15;

    private readonly IpcTable _segments = services.IpcTables.Segments;
    private ulong _pages;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Shmget, Get, "SHM_HUGETLB: ENOMEM");
        table.Add(SyscallNumber.Shmat, Attach);
        table.Add(SyscallNumber.Shmdt, Detach);
        table.Add(SyscallNumber.Shmctl, Control);
    }

    /// <summary>An attachment is gone; the last one of a removed segment frees it.</summary>
    internal void Detached(SharedSegment segment)
    {
        segment.Attachments--;
        segment.DetachTime = Now;
        if (segment.IsDoomed && segment.Attachments == 0)
        {
            Remove(segment);
        }
    }

    private Result<long> Get(in SyscallArguments a)
    {
        ulong size = a.A1;
        int flags = a.Int2;
        Result<IpcObject?> opened = _segments.Open(a.Int0, flags, a.Thread.Fs, size);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        if (opened.Value is SharedSegment found)
        {
            return found.Id;
        }

        if (size is 0 or > long.MaxValue)
        {
            return Errno.EINVAL; // above SHMMAX, or no size of a file
        }

        if ((flags & HugePages) != 0 || size > Services.MemoryFiles.MaximumBytes)
        {
            return Errno.ENOMEM;
        }

        FsContext context = a.Thread.Fs;
        Span<byte> name = stackalloc byte[12];
        "SYSV"u8.CopyTo(name);
        a.Int0.TryFormat(name[4..], out _, "x8");
        OpenFile memory = Services.MemoryFiles.CreateSegment(name, context.Uid, context.Gid);
        Errno error = memory.Inode.Truncate(size);
        if (error != Errno.None)
        {
            memory.Release();
            return error;
        }

        SharedSegment made = new(a.Int0, unchecked((uint)flags), context, memory, size, a.Process.Id) { Changed = Now };
        _segments.Add(made);
        _pages += (size + PageSize.Mask) >> PageSize.Shift;
        return made.Id;
    }

    private Result<long> Attach(in SyscallArguments a)
    {
        int flags = a.Int2;
        ulong address = a.A1;
        Result<IpcObject> found = _segments.Find(a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        if ((address & PageSize.Mask) != 0)
        {
            if ((flags & Round) == 0)
            {
                return Errno.EINVAL;
            }

            address &= ~(ulong)PageSize.Mask;
        }

        if (address == 0 && (flags & Replace) != 0)
        {
            return Errno.EINVAL;
        }

        SharedSegment segment = (SharedSegment)found.Value;
        bool writes = (flags & ReadOnly) == 0;
        if (!segment.Allows(a.Thread.Fs, (writes ? 0x1b6u : 0x124u) | ((flags & Executable) != 0 ? 0x49u : 0)))
        {
            return Errno.EACCES;
        }

        if ((flags & Replace) == 0 && ulong.MaxValue - address < segment.Size)
        {
            return Errno.EINVAL;
        }

        SegmentFile file = new(this, segment, writes ? OpenFlags.ReadWrite : OpenFlags.ReadOnly);
        segment.Attachments++;
        Result<VirtAddr> mapped = a.Process.Memory.Map(new MapRequest
        {
            Address = new VirtAddr(address),
            Length = segment.Size,
            Placement = a.A1 == 0 ? MapPlacement.Hint : (flags & Replace) != 0 ? MapPlacement.Fixed : MapPlacement.FixedNoReplace,
            Protection = PageAccess.Read | (writes ? PageAccess.Write : 0) | ((flags & Executable) != 0 ? PageAccess.Execute : 0),
            Flags = AreaFlags.Shared | (writes ? AreaFlags.None : AreaFlags.NeverWritable),
            Source = file.Pages,
            File = file,
        });

        // The areas have references of their own.
        if (mapped.IsOk)
        {
            segment.AttachTime = Now;
            segment.LastProcess = a.Process.Id;
        }

        file.Release();
        return mapped.IsOk ? (long)mapped.Value.Value : mapped.Error is Errno.EEXIST ? Errno.EINVAL : mapped.Error;
    }

    private Result<long> Detach(in SyscallArguments a)
    {
        MemoryMap memory = a.Process.Memory;
        ulong start = a.A0;
        if ((start & PageSize.Mask) != 0)
        {
            return Errno.EINVAL;
        }

        // The attachment that began there, even if its beginning was unmapped meanwhile (ipc/shm.c).
        Area? area = memory.FindFrom(a.Address0);
        while (area != null && !(area.File is SegmentFile && area.Start.Value >= start && area.Start.Value - start == area.SourcePage << PageSize.Shift))
        {
            area = memory.Next(area);
        }

        if (area?.File is not SegmentFile file)
        {
            return Errno.EINVAL;
        }

        file.Segment.LastProcess = a.Process.Id;
        while (area != null && area.Start.Value - start < file.Segment.Size)
        {
            Area? next = memory.Next(area);
            if (area.File == file)
            {
                memory.Unmap(area.Start, area.Length);
            }

            area = next;
        }

        return 0;
    }

    private Result<long> Control(in SyscallArguments a)
    {
        if (a.Int0 < 0)
        {
            return Errno.EINVAL;
        }

        switch (a.Int1)
        {
            case StatusCommand:
                return Status(in a, _segments, a.Int0, a.Address2, SharedSegment.StatusBytes, byIndex: false);
            case IndexStatusCommand:
            case AnyStatusCommand:
                return Status(in a, _segments, a.Int0, a.Address2, SharedSegment.StatusBytes, byIndex: true, isAny: a.Int1 == AnyStatusCommand);
            case InfoCommand:
            case SharedInfoCommand:
                return Info(in a, a.Int1 == InfoCommand);
            case RemoveCommand:
            case SetCommand:
            case LockCommand:
            case UnlockCommand:
                return Change(in a);
            default:
                return Errno.EINVAL;
        }
    }

    private Result<long> Change(in SyscallArguments a)
    {
        Span<byte> given = stackalloc byte[SharedSegment.StatusBytes];
        if (a.Int1 == SetCommand && a.Space.Read(a.Address2, given) != given.Length)
        {
            return Errno.EFAULT;
        }

        Result<IpcObject> found = Owned(in a, _segments, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        SharedSegment segment = (SharedSegment)found.Value;
        switch (a.Int1)
        {
            case SetCommand:
                Errno error = segment.SetPermission(given, Now);
                return error == Errno.None ? 0 : error;
            case RemoveCommand when segment.Attachments == 0:
                Remove(segment);
                break;
            case RemoveCommand:
                // Who has its identifier may attach it still, until the last one detaches (shmctl(2)).
                segment.IsDoomed = true;
                segment.ForgetKey();
                break;
            default:
                // Nothing is ever paged out.
                segment.IsLocked = a.Int1 == LockCommand;
                break;
        }

        return 0;
    }

    private Result<long> Info(in SyscallArguments a, bool limits)
    {
        // struct shminfo64: shmmax, shmmin, shmmni, shmseg, shmall; struct shm_info: used_ids, shm_tot, shm_rss, ...
        Span<byte> info = stackalloc byte[limits ? 72 : 48];
        info.Clear();
        if (limits)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(info, MaximumBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(info[8..], 1);
            BinaryPrimitives.WriteUInt64LittleEndian(info[16..], MaximumSegments);
            BinaryPrimitives.WriteUInt64LittleEndian(info[24..], MaximumSegments);
            BinaryPrimitives.WriteUInt64LittleEndian(info[32..], MaximumBytes);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(info, _segments.Count);
            BinaryPrimitives.WriteUInt64LittleEndian(info[8..], _pages);
        }

        return a.Space.Write(a.Address2, info) == info.Length ? Math.Max(0, _segments.HighestIndex) : Errno.EFAULT;
    }

    private void Remove(SharedSegment segment)
    {
        _segments.Remove(segment);
        _pages -= (segment.Size + PageSize.Mask) >> PageSize.Shift;
        segment.Memory.Release();
    }
}
