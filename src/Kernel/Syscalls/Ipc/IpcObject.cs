using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>What a shared memory segment, a set of semaphores and a queue of messages have in common: sysvipc(7).</summary>
internal abstract class IpcObject(int key, uint mode, FsContext creator)
{
    /// <summary>Size of struct ipc64_perm.</summary>
    public const int PermissionBytes = 48;

    private readonly uint _creatorUid = creator.Uid;
    private readonly uint _creatorGid = creator.Gid;
    private uint _uid = creator.Uid;
    private uint _gid = creator.Gid;

    /// <summary>Zero is IPC_PRIVATE, and what a removed segment that is attached still has.</summary>
    public int Key { get; private set; } = key;

    public int Id { get; set; }

    /// <summary>Permission bits.</summary>
    public uint Mode { get; private set; } = mode & 0x1ff;

    /// <summary>IPC_RMID: those who wait get EIDRM.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Seconds of the last change (or creation).</summary>
    public long Changed { get; set; }

    /// <summary>Bytes of a segment, semaphores of a set: who asks for more does not mean it.</summary>
    public virtual ulong Size => ulong.MaxValue;

    protected virtual uint ShownMode => Mode;

    /// <summary>Whether the caller may read (bit 2) and write (bit 1), given as permission bits for owner, group and others.</summary>
    public bool Allows(FsContext context, uint wanted)
    {
        int shift = context.Uid == _uid || context.Uid == _creatorUid ? 6 : context.IsInGroup(_gid) || context.IsInGroup(_creatorGid) ? 3 : 0;
        uint asked = (wanted >> 6 | wanted >> 3 | wanted) & 7;
        return context.Has(Capability.IpcOwner) || (asked & ~(Mode >> shift) & 7) == 0;
    }

    /// <summary>Whether the caller may change or remove it: its owner, its creator, CAP_SYS_ADMIN.</summary>
    public bool IsOwner(FsContext context) => context.Has(Capability.SystemAdmin) || context.Uid == _uid || context.Uid == _creatorUid;

    /// <summary>No key leads to it any more, but its identifier still does.</summary>
    public void ForgetKey() => Key = 0;

    /// <summary>IPC_SET: owner, group and mode out of a struct ipc64_perm. EINVAL for ids that are none.</summary>
    public Errno SetPermission(ReadOnlySpan<byte> from, long now)
    {
        const uint NoId = uint.MaxValue;
        uint uid = BinaryPrimitives.ReadUInt32LittleEndian(from[4..]);
        uint gid = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        if (uid == NoId || gid == NoId)
        {
            return Errno.EINVAL;
        }

        _uid = uid;
        _gid = gid;
        Mode = BinaryPrimitives.ReadUInt32LittleEndian(from[20..]) & 0x1ff;
        Changed = now;
        return Errno.None;
    }

    /// <summary>IPC_STAT: a struct shmid64_ds, semid64_ds or msqid64_ds, which begins with struct ipc64_perm.</summary>
    public virtual void Describe(Span<byte> to)
    {
        to.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(to, Key);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], _uid);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], _gid);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], _creatorUid);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], _creatorGid);
        BinaryPrimitives.WriteUInt32LittleEndian(to[20..], ShownMode);
        BinaryPrimitives.WriteUInt16LittleEndian(to[24..], (ushort)(Id >> IpcTable.IndexBits));
    }
}
