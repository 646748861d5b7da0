using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// User and group ids (credentials(7)). All threads of a process have the same.
public sealed partial class ProcessCalls
{
    private const int MaxGroups = 65536;

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
    }

    private static Result<long> GetAll(in SyscallArguments a, IdTriple ids) =>
        a.Space.TryWrite(a.Address0, ids.Real) && a.Space.TryWrite(a.Address1, ids.Effective) && a.Space.TryWrite(a.Address2, ids.Saved) ? 0 : Errno.EFAULT;

    private static bool MayChange(Process process, IdTriple ids) =>
        process.Credentials.Has(ids == process.Credentials.User ? Capability.SetUserId : Capability.SetGroupId);

    private static Result<long> SetOne(in SyscallArguments a, IdTriple ids)
    {
        uint id = unchecked((uint)a.A0);
        bool mayAny = MayChange(a.Process, ids);
        return id == IdTriple.Unchanged ? Errno.EINVAL
            : !mayAny && id != ids.Real && id != ids.Saved ? Errno.EPERM
            : Change(a.Process, ids, mayAny ? id : IdTriple.Unchanged, id, mayAny ? id : IdTriple.Unchanged);
    }

    private static Result<long> SetRealAndEffective(in SyscallArguments a, IdTriple ids)
    {
        const uint Unchanged = IdTriple.Unchanged;
        uint real = unchecked((uint)a.A0);
        uint effective = unchecked((uint)a.A1);
        if (!MayChange(a.Process, ids) && !((real == Unchanged || real == ids.Real || real == ids.Effective) && ids.Has(effective)))
        {
            return Errno.EPERM;
        }

        bool saves = real != Unchanged || (effective != Unchanged && effective != ids.Real);
        return Change(a.Process, ids, real, effective, saves ? effective != Unchanged ? effective : ids.Effective : Unchanged);
    }

    private static Result<long> SetAll(in SyscallArguments a, IdTriple ids)
    {
        uint real = unchecked((uint)a.A0);
        uint effective = unchecked((uint)a.A1);
        uint saved = unchecked((uint)a.A2);
        return !MayChange(a.Process, ids) && !(ids.Has(real) && ids.Has(effective) && ids.Has(saved)) ? Errno.EPERM : Change(a.Process, ids, real, effective, saved);
    }

    private static Result<long> Change(Process process, IdTriple ids, uint real, uint effective, uint saved)
    {
        if (ids == process.Credentials.User)
        {
            process.ChangeUser(real, effective, saved);
        }
        else
        {
            process.ChangeGroup(real, effective, saved);
        }

        return 0;
    }

    private Result<long> SetFileUid(in SyscallArguments a)
    {
        uint old = a.Process.Fs.Uid;
        a.Process.ChangeFileUser(FileIdAfter(in a, a.Process.Credentials.User, old));
        return old;
    }

    private Result<long> SetFileGid(in SyscallArguments a)
    {
        uint old = a.Process.Fs.Gid;
        a.Process.ChangeFileGroup(FileIdAfter(in a, a.Process.Credentials.Group, old));
        return old;
    }

    private static uint FileIdAfter(in SyscallArguments a, IdTriple ids, uint old)
    {
        uint id = unchecked((uint)a.A0);
        return id != IdTriple.Unchanged && (MayChange(a.Process, ids) || ids.Has(id)) ? id : old;
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
        if (!a.Process.Credentials.Has(Capability.SetGroupId))
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
}
