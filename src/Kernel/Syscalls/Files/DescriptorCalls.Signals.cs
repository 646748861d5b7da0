using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

// F_SETOWN, F_SETSIG and O_ASYNC: who hears by a signal that a file became ready.
public sealed partial class DescriptorCalls
{
    private const int OwnerBytes = 8;

    private static Result<long> SetStatusFlags(in SyscallArguments a, OpenFile file, OpenFlags flags)
    {
        if ((flags & OpenFlags.Async) != 0 && file.SendsSignals)
        {
            OwnerOf(in a, file).Descriptor = a.Int0;
        }

        return Done(file.SetStatusFlags(flags));
    }

    private static Result<long> ControlOwner(in SyscallArguments a, OpenFile file, FcntlCommand command)
    {
        SignalOwner owner = OwnerOf(in a, file);
        switch (command)
        {
            case FcntlCommand.GetOwner:
                return SignedId(owner);
            case FcntlCommand.GetSignal:
                return (long)owner.Chosen;
            case FcntlCommand.SetSignal:
                if (a.A2 > (ulong)Signal.SIGRTMAX)
                {
                    return Errno.EINVAL;
                }

                owner.Chosen = (Signal)a.A2;
                return 0;
            case FcntlCommand.SetOwner:
                return Own(in a, owner, a.Int2);
            default:
                return ControlExtended(in a, owner, command);
        }
    }

    /// <summary>FIOSETOWN and SIOCSPGRP, FIOGETOWN and SIOCGPGRP: the owner of a socket (socket(7)), a process or with a negative number a group.</summary>
    private static Result<long> ControlSocketOwner(in SyscallArguments a, OpenFile file, bool isSet)
    {
        SignalOwner owner = OwnerOf(in a, file);
        if (!isSet)
        {
            return a.Space.TryWrite(a.Address2, SignedId(owner)) ? 0 : Errno.EFAULT;
        }

        return a.Space.TryRead(a.Address2, out int id) ? Own(in a, owner, id) : Errno.EFAULT;
    }

    private static int SignedId(SignalOwner owner) => owner.Kind == SignalOwner.Group ? -owner.Id : owner.Id;

    private static Result<long> ControlExtended(in SyscallArguments a, SignalOwner owner, FcntlCommand command)
    {
        Span<byte> bytes = stackalloc byte[OwnerBytes];
        if (command == FcntlCommand.GetOwnerExtended)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, owner.Kind);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], owner.Id);
            return a.Space.Write(a.Address2, bytes) == OwnerBytes ? 0 : Errno.EFAULT;
        }

        if (a.Space.Read(a.Address2, bytes) != OwnerBytes)
        {
            return Errno.EFAULT;
        }

        int kind = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return kind is SignalOwner.Thread or SignalOwner.Process or SignalOwner.Group ? Own(in a, owner, kind, BinaryPrimitives.ReadInt32LittleEndian(bytes[4..])) : Errno.EINVAL;
    }

    private static Result<long> Own(in SyscallArguments a, SignalOwner owner, int id) =>
        id == int.MinValue ? Errno.EINVAL : id < 0 ? Own(in a, owner, SignalOwner.Group, -id) : Own(in a, owner, SignalOwner.Process, id);

    private static Result<long> Own(in SyscallArguments a, SignalOwner owner, int kind, int id)
    {
        bool exists = id == 0 || kind switch
        {
            SignalOwner.Thread => a.Process.Host.FindThread(id) != null,
            SignalOwner.Process => a.Process.Host.FindProcess(id) != null,
            _ => HasGroup(in a, id),
        };
        if (!exists)
        {
            return Errno.ESRCH;
        }

        owner.Kind = kind;
        owner.Id = id;
        return 0;
    }

    private static bool HasGroup(in SyscallArguments a, int id)
    {
        foreach (Processes.Process process in a.Process.Host.Processes)
        {
            if (process.GroupId == id)
            {
                return true;
            }
        }

        return false;
    }

    private static SignalOwner OwnerOf(in SyscallArguments a, OpenFile file)
    {
        if (file.Owner is not SignalOwner owner)
        {
            owner = new SignalOwner(a.Process.Host);
            file.Owner = owner;
        }

        return owner;
    }
}
