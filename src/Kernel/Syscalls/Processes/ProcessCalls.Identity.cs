using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// User and group ids (credentials(7)). Each thread has its own: libraries make all threads of a process call (nptl(7)).
public sealed partial class ProcessCalls
{
    private const int MaxGroups = 65536;

    private void AddIdentity(SyscallTable table)
    {
        table.Add(SyscallNumber.Getuid, (in SyscallArguments a) => a.Thread.Credentials.User.Real);
        table.Add(SyscallNumber.Geteuid, (in SyscallArguments a) => a.Thread.Credentials.User.Effective);
        table.Add(SyscallNumber.Getgid, (in SyscallArguments a) => a.Thread.Credentials.Group.Real);
        table.Add(SyscallNumber.Getegid, (in SyscallArguments a) => a.Thread.Credentials.Group.Effective);
        table.Add(SyscallNumber.Getresuid, (in SyscallArguments a) => GetAll(in a, a.Thread.Credentials.User));
        table.Add(SyscallNumber.Getresgid, (in SyscallArguments a) => GetAll(in a, a.Thread.Credentials.Group));
        table.Add(SyscallNumber.Setuid, (in SyscallArguments a) => SetOne(in a, a.Thread.Credentials.User));
        table.Add(SyscallNumber.Setgid, (in SyscallArguments a) => SetOne(in a, a.Thread.Credentials.Group));
        table.Add(SyscallNumber.Setreuid, (in SyscallArguments a) => SetRealAndEffective(in a, a.Thread.Credentials.User));
        table.Add(SyscallNumber.Setregid, (in SyscallArguments a) => SetRealAndEffective(in a, a.Thread.Credentials.Group));
        table.Add(SyscallNumber.Setresuid, (in SyscallArguments a) => SetAll(in a, a.Thread.Credentials.User));
        table.Add(SyscallNumber.Setresgid, (in SyscallArguments a) => SetAll(in a, a.Thread.Credentials.Group));
        table.Add(SyscallNumber.Setfsuid, SetFileUid);
        table.Add(SyscallNumber.Setfsgid, SetFileGid);
        table.Add(SyscallNumber.Getgroups, GetGroups);
        table.Add(SyscallNumber.Setgroups, SetGroups);
    }

    private static Result<long> GetAll(in SyscallArguments a, IdTriple ids) =>
        a.Space.TryWrite(a.Address0, ids.Real) && a.Space.TryWrite(a.Address1, ids.Effective) && a.Space.TryWrite(a.Address2, ids.Saved) ? 0 : Errno.EFAULT;

    private static bool MayChange(UserThread thread, IdTriple ids) =>
        thread.Credentials.Has(ids == thread.Credentials.User ? Capability.SetUserId : Capability.SetGroupId);

    private static Result<long> SetOne(in SyscallArguments a, IdTriple ids)
    {
        uint id = unchecked((uint)a.A0);
        bool mayAny = MayChange(a.Thread, ids);
        return id == IdTriple.Unchanged ? Errno.EINVAL
            : !mayAny && id != ids.Real && id != ids.Saved ? Errno.EPERM
            : Change(a.Thread, ids, mayAny ? id : IdTriple.Unchanged, id, mayAny ? id : IdTriple.Unchanged);
    }

    private static Result<long> SetRealAndEffective(in SyscallArguments a, IdTriple ids)
    {
        const uint Unchanged = IdTriple.Unchanged;
        uint real = unchecked((uint)a.A0);
        uint effective = unchecked((uint)a.A1);
        if (!MayChange(a.Thread, ids) && !((real == Unchanged || real == ids.Real || real == ids.Effective) && ids.Has(effective)))
        {
            return Errno.EPERM;
        }

        bool saves = real != Unchanged || (effective != Unchanged && effective != ids.Real);
        return Change(a.Thread, ids, real, effective, saves ? effective != Unchanged ? effective : ids.Effective : Unchanged);
    }

    private static Result<long> SetAll(in SyscallArguments a, IdTriple ids)
    {
        uint real = unchecked((uint)a.A0);
        uint effective = unchecked((uint)a.A1);
        uint saved = unchecked((uint)a.A2);
        return !MayChange(a.Thread, ids) && !(ids.Has(real) && ids.Has(effective) && ids.Has(saved)) ? Errno.EPERM : Change(a.Thread, ids, real, effective, saved);
    }

    private static Result<long> Change(UserThread thread, IdTriple ids, uint real, uint effective, uint saved)
    {
        if (ids == thread.Credentials.User)
        {
            thread.ChangeUser(real, effective, saved);
        }
        else
        {
            thread.ChangeGroup(real, effective, saved);
        }

        return 0;
    }

    private Result<long> SetFileUid(in SyscallArguments a)
    {
        uint old = a.Thread.Fs.Uid;
        a.Thread.ChangeFileUser(FileIdAfter(in a, a.Thread.Credentials.User, old));
        return old;
    }

    private Result<long> SetFileGid(in SyscallArguments a)
    {
        uint old = a.Thread.Fs.Gid;
        a.Thread.ChangeFileGroup(FileIdAfter(in a, a.Thread.Credentials.Group, old));
        return old;
    }

    private static uint FileIdAfter(in SyscallArguments a, IdTriple ids, uint old)
    {
        uint id = unchecked((uint)a.A0);
        return id != IdTriple.Unchanged && (MayChange(a.Thread, ids) || ids.Has(id)) ? id : old;
    }

    private Result<long> GetGroups(in SyscallArguments a)
    {
        ReadOnlySpan<uint> groups = a.Thread.Fs.Groups;
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
        if (!a.Thread.Credentials.Has(Capability.SetGroupId))
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

        a.Thread.OwnIdentity();
        a.Thread.Fs.SetGroups(groups);
        return 0;
    }
}
