using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// User and group ids (credentials(7)) and capabilities: root has them all.
public sealed partial class ProcessCalls
{
    private const uint Unchanged = uint.MaxValue;
    private const int MaxGroups = 65536;

    // _LINUX_CAPABILITY_VERSION_1 to 3 (capget(2)).
    private const uint CapabilityVersion1 = 0x19980330;
    private const uint CapabilityVersion2 = 0x20071026;
    private const uint CapabilityVersion3 = 0x20080522;

    private void AddIdentity(SyscallTable table)
    {
        table.Add(SyscallNumber.Getuid, GetUid);
        table.Add(SyscallNumber.Geteuid, GetEffectiveUid);
        table.Add(SyscallNumber.Getgid, GetGid);
        table.Add(SyscallNumber.Getegid, GetEffectiveGid);
        table.Add(SyscallNumber.Getresuid, GetAllUids);
        table.Add(SyscallNumber.Getresgid, GetAllGids);
        table.Add(SyscallNumber.Setuid, SetUid);
        table.Add(SyscallNumber.Setgid, SetGid);
        table.Add(SyscallNumber.Setreuid, SetRealAndEffectiveUid);
        table.Add(SyscallNumber.Setregid, SetRealAndEffectiveGid);
        table.Add(SyscallNumber.Setresuid, SetAllUids);
        table.Add(SyscallNumber.Setresgid, SetAllGids);
        table.Add(SyscallNumber.Setfsuid, SetFileUid);
        table.Add(SyscallNumber.Setfsgid, SetFileGid);
        table.Add(SyscallNumber.Getgroups, GetGroups);
        table.Add(SyscallNumber.Setgroups, SetGroups);
        table.Add(SyscallNumber.Capget, GetCapabilities, "all for root, none for others");
        table.Add(SyscallNumber.Capset, SetCapabilities, "accepted and not enforced");
    }

    private Result<long> GetUid(in SyscallArguments a) => a.Process.Credentials.Uid;

    private Result<long> GetEffectiveUid(in SyscallArguments a) => a.Process.Credentials.EffectiveUid;

    private Result<long> GetGid(in SyscallArguments a) => a.Process.Credentials.Gid;

    private Result<long> GetEffectiveGid(in SyscallArguments a) => a.Process.Credentials.EffectiveGid;

    private Result<long> GetAllUids(in SyscallArguments a)
    {
        Credentials c = a.Process.Credentials;
        return WriteIds(in a, c.Uid, c.EffectiveUid, c.SavedUid);
    }

    private Result<long> GetAllGids(in SyscallArguments a)
    {
        Credentials c = a.Process.Credentials;
        return WriteIds(in a, c.Gid, c.EffectiveGid, c.SavedGid);
    }

    private static Result<long> WriteIds(in SyscallArguments a, uint real, uint effective, uint saved) =>
        a.Space.TryWrite(a.Address0, real) && a.Space.TryWrite(a.Address1, effective) && a.Space.TryWrite(a.Address2, saved) ? 0 : Errno.EFAULT;

    private Result<long> SetUid(in SyscallArguments a)
    {
        uint id = unchecked((uint)a.A0);
        return a.Process.Credentials.IsPrivileged ? ChangeUids(a.Process, id, id, id) : ChangeUids(a.Process, Unchanged, id, Unchanged);
    }

    private Result<long> SetGid(in SyscallArguments a)
    {
        uint id = unchecked((uint)a.A0);
        return a.Process.Credentials.IsPrivileged ? ChangeGids(a.Process, id, id, id) : ChangeGids(a.Process, Unchanged, id, Unchanged);
    }

    private Result<long> SetRealAndEffectiveUid(in SyscallArguments a)
    {
        uint real = unchecked((uint)a.A0);
        uint effective = unchecked((uint)a.A1);
        Credentials c = a.Process.Credentials;
        bool saves = real != Unchanged || (effective != Unchanged && effective != c.Uid);
        return ChangeUids(a.Process, real, effective, saves ? effective != Unchanged ? effective : c.EffectiveUid : Unchanged);
    }

    private Result<long> SetRealAndEffectiveGid(in SyscallArguments a)
    {
        uint real = unchecked((uint)a.A0);
        uint effective = unchecked((uint)a.A1);
        Credentials c = a.Process.Credentials;
        bool saves = real != Unchanged || (effective != Unchanged && effective != c.Gid);
        return ChangeGids(a.Process, real, effective, saves ? effective != Unchanged ? effective : c.EffectiveGid : Unchanged);
    }

    private Result<long> SetAllUids(in SyscallArguments a) =>
        ChangeUids(a.Process, unchecked((uint)a.A0), unchecked((uint)a.A1), unchecked((uint)a.A2));

    private Result<long> SetAllGids(in SyscallArguments a) =>
        ChangeGids(a.Process, unchecked((uint)a.A0), unchecked((uint)a.A1), unchecked((uint)a.A2));

    private static Result<long> ChangeUids(Process process, uint real, uint effective, uint saved)
    {
        Credentials c = process.Credentials;
        if (!c.IsPrivileged && !(IsOwn(real, c.Uid, c.EffectiveUid, c.SavedUid) && IsOwn(effective, c.Uid, c.EffectiveUid, c.SavedUid)
            && IsOwn(saved, c.Uid, c.EffectiveUid, c.SavedUid)))
        {
            return Errno.EPERM;
        }

        c.Uid = real == Unchanged ? c.Uid : real;
        c.EffectiveUid = effective == Unchanged ? c.EffectiveUid : effective;
        c.SavedUid = saved == Unchanged ? c.SavedUid : saved;
        process.Fs.Uid = c.EffectiveUid;
        return 0;
    }

    private static Result<long> ChangeGids(Process process, uint real, uint effective, uint saved)
    {
        Credentials c = process.Credentials;
        if (!c.IsPrivileged && !(IsOwn(real, c.Gid, c.EffectiveGid, c.SavedGid) && IsOwn(effective, c.Gid, c.EffectiveGid, c.SavedGid)
            && IsOwn(saved, c.Gid, c.EffectiveGid, c.SavedGid)))
        {
            return Errno.EPERM;
        }

        c.Gid = real == Unchanged ? c.Gid : real;
        c.EffectiveGid = effective == Unchanged ? c.EffectiveGid : effective;
        c.SavedGid = saved == Unchanged ? c.SavedGid : saved;
        process.Fs.Gid = c.EffectiveGid;
        return 0;
    }

    private static bool IsOwn(uint id, uint first, uint second, uint third) => id == Unchanged || id == first || id == second || id == third;

    private Result<long> SetFileUid(in SyscallArguments a)
    {
        uint old = a.Process.Fs.Uid;
        uint id = unchecked((uint)a.A0);
        Credentials c = a.Process.Credentials;
        if (id != Unchanged && (c.IsPrivileged || id == old || IsOwn(id, c.Uid, c.EffectiveUid, c.SavedUid)))
        {
            a.Process.Fs.Uid = id;
        }

        return old;
    }

    private Result<long> SetFileGid(in SyscallArguments a)
    {
        uint old = a.Process.Fs.Gid;
        uint id = unchecked((uint)a.A0);
        Credentials c = a.Process.Credentials;
        if (id != Unchanged && (c.IsPrivileged || id == old || IsOwn(id, c.Gid, c.EffectiveGid, c.SavedGid)))
        {
            a.Process.Fs.Gid = id;
        }

        return old;
    }

    private Result<long> GetGroups(in SyscallArguments a)
    {
        ReadOnlySpan<uint> groups = a.Process.Fs.Groups;
        if (a.Int0 < 0 || (a.Int0 != 0 && a.Int0 < groups.Length))
        {
            return Errno.EINVAL;
        }

        for (int i = 0; i < groups.Length && a.Int0 != 0; i++)
        {
            if (!a.Space.TryWrite(a.Address1 + ((ulong)i * sizeof(uint)), groups[i]))
            {
                return Errno.EFAULT;
            }
        }

        return groups.Length;
    }

    private Result<long> SetGroups(in SyscallArguments a)
    {
        if (!a.Process.Credentials.IsPrivileged)
        {
            return Errno.EPERM;
        }

        if (a.Int0 is < 0 or > MaxGroups)
        {
            return Errno.EINVAL;
        }

        uint[] groups = new uint[a.Int0];
        for (int i = 0; i < groups.Length; i++)
        {
            if (!a.Space.TryRead(a.Address1 + ((ulong)i * sizeof(uint)), out groups[i]))
            {
                return Errno.EFAULT;
            }
        }

        a.Process.Fs.SetGroups(groups);
        return 0;
    }

    private Result<long> GetCapabilities(in SyscallArguments a)
    {
        const ulong AllCapabilities = (1UL << 41) - 1;
        if (!a.Space.TryRead(a.Address0, out uint version) || !a.Space.TryRead(a.Address0 + 4, out int id))
        {
            return Errno.EFAULT;
        }

        if (version is not (CapabilityVersion1 or CapabilityVersion2 or CapabilityVersion3))
        {
            return !a.Space.TryWrite(a.Address0, CapabilityVersion3) ? Errno.EFAULT : a.A1 == 0 ? 0 : Errno.EINVAL;
        }

        if (a.A1 == 0)
        {
            return 0;
        }

        Process? process = id == 0 ? a.Process : host.FindProcess(id) ?? host.FindThread(id)?.Process;
        if (process == null)
        {
            return Errno.ESRCH;
        }

        ulong held = process.Credentials.IsPrivileged ? AllCapabilities : 0;
        Span<byte> data = stackalloc byte[24];
        data.Clear();
        for (int half = 0; half < 2; half++)
        {
            uint bits = unchecked((uint)(held >> (32 * half)));
            BinaryPrimitives.WriteUInt32LittleEndian(data[(half * 12)..], bits);
            BinaryPrimitives.WriteUInt32LittleEndian(data[((half * 12) + 4)..], bits);
        }

        Span<byte> written = version == CapabilityVersion1 ? data[..12] : data;
        return a.Space.Write(a.Address1, written) == written.Length ? 0 : Errno.EFAULT;
    }

    private Result<long> SetCapabilities(in SyscallArguments a)
    {
        if (!a.Space.TryRead(a.Address0, out uint version) || !a.Space.TryRead(a.Address0 + 4, out int id))
        {
            return Errno.EFAULT;
        }

        if (version is not (CapabilityVersion1 or CapabilityVersion2 or CapabilityVersion3))
        {
            return a.Space.TryWrite(a.Address0, CapabilityVersion3) ? Errno.EINVAL : Errno.EFAULT;
        }

        if (id != 0 && id != a.Process.Id && id != a.Thread.Id)
        {
            return Errno.EPERM;
        }

        Span<byte> data = stackalloc byte[24];
        data = version == CapabilityVersion1 ? data[..12] : data;
        return a.Space.Read(a.Address1, data) != data.Length ? Errno.EFAULT : a.Process.Credentials.IsPrivileged ? 0 : Errno.EPERM;
    }
}
