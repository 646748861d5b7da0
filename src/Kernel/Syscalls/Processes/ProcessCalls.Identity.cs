using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// User and group ids (credentials(7)) and capabilities: root has them all.
public sealed partial class ProcessCalls
{
    private const int MaxGroups = 65536;

    // _LINUX_CAPABILITY_VERSION_1 to 3 (capget(2)).
    private const uint CapabilityVersion1 = 0x19980330;
    private const uint CapabilityVersion2 = 0x20071026;
    private const uint CapabilityVersion3 = 0x20080522;

    private void AddIdentity(SyscallTable table)
    {
        table.Add(SyscallNumber.Getuid, (in SyscallArguments a) => a.Process.Credentials.User.Real);
        table.Add(SyscallNumber.Geteuid, (in SyscallArguments a) => a.Process.Credentials.User.Effective);
        table.Add(SyscallNumber.Getgid, (in SyscallArguments a) => a.Process.Credentials.Group.Real);
        table.Add(SyscallNumber.Getegid, (in SyscallArguments a) => a.Process.Credentials.Group.Effective);
        table.Add(SyscallNumber.Getresuid, (in SyscallArguments a) => GetAll(in a, a.Process.Credentials.User));
        table.Add(SyscallNumber.Getresgid, (in SyscallArguments a) => GetAll(in a, a.Process.Credentials.Group));
        table.Add(SyscallNumber.Setuid, (in SyscallArguments a) => SetOne(in a, a.Process.Credentials.User));
        table.Add(SyscallNumber.Setgid, (in SyscallArguments a) => SetOne(in a, a.Process.Credentials.Group));
        table.Add(SyscallNumber.Setreuid, (in SyscallArguments a) => SetRealAndEffective(in a, a.Process.Credentials.User));
        table.Add(SyscallNumber.Setregid, (in SyscallArguments a) => SetRealAndEffective(in a, a.Process.Credentials.Group));
        table.Add(SyscallNumber.Setresuid, (in SyscallArguments a) => SetAll(in a, a.Process.Credentials.User));
        table.Add(SyscallNumber.Setresgid, (in SyscallArguments a) => SetAll(in a, a.Process.Credentials.Group));
        table.Add(SyscallNumber.Setfsuid, SetFileUid);
        table.Add(SyscallNumber.Setfsgid, SetFileGid);
        table.Add(SyscallNumber.Getgroups, GetGroups);
        table.Add(SyscallNumber.Setgroups, SetGroups);
        table.Add(SyscallNumber.Capget, GetCapabilities, "all for root, none for others");
        table.Add(SyscallNumber.Capset, SetCapabilities, "accepted and not enforced");
    }

    private static Result<long> GetAll(in SyscallArguments a, IdTriple ids) =>
        a.Space.TryWrite(a.Address0, ids.Real) && a.Space.TryWrite(a.Address1, ids.Effective) && a.Space.TryWrite(a.Address2, ids.Saved) ? 0 : Errno.EFAULT;

    private static Result<long> SetOne(in SyscallArguments a, IdTriple ids)
    {
        uint id = unchecked((uint)a.A0);
        uint others = a.Process.Credentials.IsPrivileged ? id : IdTriple.Unchanged;
        return id == IdTriple.Unchanged ? Errno.EINVAL : Change(a.Process, ids, others, id, others);
    }

    private static Result<long> SetRealAndEffective(in SyscallArguments a, IdTriple ids)
    {
        const uint Unchanged = IdTriple.Unchanged;
        uint real = unchecked((uint)a.A0);
        uint effective = unchecked((uint)a.A1);
        bool saves = real != Unchanged || (effective != Unchanged && effective != ids.Real);
        return Change(a.Process, ids, real, effective, saves ? effective != Unchanged ? effective : ids.Effective : Unchanged);
    }

    private static Result<long> SetAll(in SyscallArguments a, IdTriple ids) =>
        Change(a.Process, ids, unchecked((uint)a.A0), unchecked((uint)a.A1), unchecked((uint)a.A2));

    private static Result<long> Change(Process process, IdTriple ids, uint real, uint effective, uint saved)
    {
        Credentials credentials = process.Credentials;
        if (!credentials.IsPrivileged && !(ids.Has(real) && ids.Has(effective) && ids.Has(saved)))
        {
            return Errno.EPERM;
        }

        ids.Change(real, effective, saved);
        if (ids == credentials.User)
        {
            process.Fs.Uid = ids.Effective;
        }
        else
        {
            process.Fs.Gid = ids.Effective;
        }

        return 0;
    }

    private Result<long> SetFileUid(in SyscallArguments a)
    {
        uint old = a.Process.Fs.Uid;
        a.Process.Fs.Uid = FileIdAfter(in a, a.Process.Credentials.User, old);
        return old;
    }

    private Result<long> SetFileGid(in SyscallArguments a)
    {
        uint old = a.Process.Fs.Gid;
        a.Process.Fs.Gid = FileIdAfter(in a, a.Process.Credentials.Group, old);
        return old;
    }

    private static uint FileIdAfter(in SyscallArguments a, IdTriple ids, uint old)
    {
        uint id = unchecked((uint)a.A0);
        return id != IdTriple.Unchanged && (a.Process.Credentials.IsPrivileged || ids.Has(id)) ? id : old;
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

        if (!KernelHeap.CanAllocate(2L * sizeof(uint) * a.Int0))
        {
            return Errno.ENOMEM;
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
