using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>Threads: making them, their ends, names, thread pointers and what schedulers are asked.</summary>
public sealed partial class ThreadCalls(ProcessHost host)
{
    private const CloneFlags NeededForThread = CloneFlags.Memory | CloneFlags.SignalHandlers | CloneFlags.Thread;

    private const CloneFlags KnownForThread = NeededForThread | CloneFlags.FileSystem | CloneFlags.Files | CloneFlags.SystemV | CloneFlags.SetThreadPointer
        | CloneFlags.SetParentId | CloneFlags.ClearChildId | CloneFlags.SetChildId | CloneFlags.Detached | CloneFlags.Untraced | CloneFlags.Trace | CloneFlags.ExitSignalMask;

    /// <summary>What clone3 knows: the flags of clone, which fill 32 bits, and two of its own.</summary>
    private const CloneFlags Known3 = (CloneFlags)uint.MaxValue | CloneFlags.ClearHandlers | CloneFlags.IntoGroup;

    public void AddTo(SyscallTable table)
    {
        const string Threads = "threads only: a new process (fork) is ENOSYS; a thread without CLONE_FILES is EINVAL";
        table.Add(SyscallNumber.Clone, Clone, Threads);
        table.Add(SyscallNumber.Clone3, Clone3, Threads);
        table.Refuse(SyscallNumber.Fork, NoFork, "one process: ENOSYS");
        table.Refuse(SyscallNumber.Vfork, NoFork, "one process: ENOSYS");
        table.Add(SyscallNumber.Exit, Exit);
        table.Add(SyscallNumber.ExitGroup, ExitGroup);
        table.Add(SyscallNumber.Gettid, GetId);
        table.Add(SyscallNumber.SetTidAddress, SetIdAddress);
        table.Add(SyscallNumber.ArchPrctl, ArchControl, "FS and GS bases, extended state, CPUID; shadow stacks and address masking are EINVAL");
        table.Refuse(SyscallNumber.Rseq, NoRseq, "ENOSYS: libraries do without restartable sequences");
        table.Add(SyscallNumber.Membarrier, MemoryBarrier, "the commands for restartable sequences are EINVAL: there are none");
        AddScheduling(table);
    }

    private Result<long> Clone(in SyscallArguments a)
    {
        // The descriptor would go where the number goes.
        const CloneFlags Both = CloneFlags.ProcessDescriptor | CloneFlags.SetParentId;
        CloneFlags flags = (CloneFlags)(uint)(a.A0 & uint.MaxValue);
        return (flags & Both) == Both ? Errno.EINVAL : CreateThread(in a, flags, a.A1, parentId: a.Address2, childId: a.Address3, threadPointer: a.A4);
    }

    private Result<long> Clone3(in SyscallArguments a)
    {
        const int FirstVersionBytes = 64;
        const int KnownBytes = 88;
        if (a.A1 > PageSize.Bytes)
        {
            return Errno.E2BIG;
        }

        if (a.A1 < FirstVersionBytes)
        {
            return Errno.EINVAL;
        }

        // What a newer program knows more must be zero (copy_struct_from_user).
        for (ulong i = KnownBytes; i < a.A1; i++)
        {
            if (!a.Space.TryRead(a.Address0 + i, out byte more))
            {
                return Errno.EFAULT;
            }

            if (more != 0)
            {
                return Errno.E2BIG;
            }
        }

        int size = (int)Math.Min(a.A1, KnownBytes);
        Span<byte> raw = stackalloc byte[KnownBytes];
        raw.Clear();
        if (a.Space.Read(a.Address0, raw[..size]) != size)
        {
            return Errno.EFAULT;
        }

        CloneFlags flags = (CloneFlags)BinaryPrimitives.ReadUInt64LittleEndian(raw);
        ulong childId = BinaryPrimitives.ReadUInt64LittleEndian(raw[16..]);
        ulong parentId = BinaryPrimitives.ReadUInt64LittleEndian(raw[24..]);
        ulong stack = BinaryPrimitives.ReadUInt64LittleEndian(raw[40..]);
        ulong stackSize = BinaryPrimitives.ReadUInt64LittleEndian(raw[48..]);
        ulong threadPointer = BinaryPrimitives.ReadUInt64LittleEndian(raw[56..]);
        ulong exitSignal = BinaryPrimitives.ReadUInt64LittleEndian(raw[32..]);
        ulong presets = BinaryPrimitives.ReadUInt64LittleEndian(raw[64..]);
        ulong presetCount = BinaryPrimitives.ReadUInt64LittleEndian(raw[72..]);
        ulong group = BinaryPrimitives.ReadUInt64LittleEndian(raw[80..]);

        // clone3_args_valid. No process may choose its number here.
        if ((flags & (CloneFlags.ExitSignalMask | CloneFlags.Detached)) != 0 || (stack == 0) != (stackSize == 0) || presetCount != 0 || presets != 0
            || (flags & ~Known3) != 0 || exitSignal > (ulong)Signal.SIGRTMAX || (exitSignal != 0 && (flags & (CloneFlags.Thread | CloneFlags.Parent)) != 0)
            || ((flags & CloneFlags.ClearHandlers) != 0 && (flags & CloneFlags.SignalHandlers) != 0)
            || ((flags & CloneFlags.IntoGroup) != 0 && (group > int.MaxValue || size < KnownBytes))
            || (stack != 0 && !VirtAddr.IsUserRange(new VirtAddr(stack), stackSize)))
        {
            return Errno.EINVAL;
        }

        return CreateThread(in a, flags, unchecked(stack + stackSize), new VirtAddr(parentId), new VirtAddr(childId), threadPointer);
    }

    private Result<long> CreateThread(in SyscallArguments a, CloneFlags flags, ulong stack, VirtAddr parentId, VirtAddr childId, ulong threadPointer)
    {
        // The order of copy_process in Linux.
        const CloneFlags OwnNamespace = CloneFlags.NewNamespace | CloneFlags.FileSystem;
        const CloneFlags OwnUsers = CloneFlags.NewUser | CloneFlags.FileSystem;
        const CloneFlags NotWithDescriptor = CloneFlags.Detached | CloneFlags.Thread;
        if ((flags & OwnNamespace) == OwnNamespace || (flags & OwnUsers) == OwnUsers
            || ((flags & CloneFlags.Thread) != 0 && (flags & (CloneFlags.NewUser | CloneFlags.NewProcesses)) != 0)
            || ((flags & CloneFlags.ProcessDescriptor) != 0 && (flags & NotWithDescriptor) != 0)
            || ((flags & CloneFlags.Thread) != 0 && (flags & CloneFlags.SignalHandlers) == 0)
            || ((flags & CloneFlags.SignalHandlers) != 0 && (flags & CloneFlags.Memory) == 0))
        {
            return Errno.EINVAL;
        }

        if ((flags & CloneFlags.Thread) == 0)
        {
            return NoFork(in a);
        }

        if ((flags & ~KnownForThread) != 0 || (flags & CloneFlags.Files) == 0)
        {
            return Errno.EINVAL;
        }

        if ((flags & CloneFlags.SetThreadPointer) != 0 && threadPointer >= VirtAddr.UserEnd.Value)
        {
            return Errno.EPERM; // as arch_prctl(2) has it
        }

        Process process = a.Process;
        Result<UserThread> created = process.CreateThread();
        if (!created.TryGet(out UserThread thread))
        {
            return created.Error;
        }

        CpuContext context = thread.Context;
        CpuContext parent = a.Thread.Context;
        context.Registers = a.Registers;
        context.Registers.Rax = 0;
        if (stack != 0)
        {
            context.Registers.Rsp = stack;
        }

        context.FsBase = (flags & CloneFlags.SetThreadPointer) != 0 ? threadPointer : parent.FsBase;
        context.GsBase = parent.GsBase;
        context.CopyExtendedStateFrom(parent);
        thread.SetName(a.Thread.Name);
        thread.Scheduling = a.Thread.Scheduling.Inherited;
        thread.Fs = (flags & CloneFlags.FileSystem) != 0 ? thread.Fs : thread.Fs.WithOwnPlaces();
        thread.MemoryFailurePolicy = a.Thread.MemoryFailurePolicy;
        thread.TimerSlackNs = a.Thread.TimerSlackNs;
        thread.InheritedTimerSlackNs = a.Thread.TimerSlackNs;
        thread.Blocked = a.Thread.Blocked;
        if ((flags & CloneFlags.ClearChildId) != 0)
        {
            thread.ClearOnExit = childId;
        }

        // A bad address is no error here: Linux ignores it too.
        if ((flags & CloneFlags.SetParentId) != 0)
        {
            _ = a.Space.TryWrite(parentId, thread.Id);
        }

        if ((flags & CloneFlags.SetChildId) != 0)
        {
            _ = a.Space.TryWrite(childId, thread.Id);
        }

        thread.Scheduler.Start(thread);
        return thread.Id;
    }

    private Result<long> NoFork(in SyscallArguments a)
    {
        _ = a;
        if (!_reportedFork)
        {
            _reportedFork = true;
            host.Log.Write("the program tried to make another process (fork): ENOSYS, one image runs one process for now");
        }

        return Errno.ENOSYS;
    }

    private bool _reportedFork;

    private Result<long> Exit(in SyscallArguments a)
    {
        a.Process.NoteThreadExit(a.Int0);
        a.Thread.ExitThread(a.Int0);
        return 0;
    }

    private Result<long> ExitGroup(in SyscallArguments a)
    {
        a.Process.Exit(a.Int0);
        a.Thread.ExitThread();
        return 0;
    }

    private Result<long> GetId(in SyscallArguments a) => a.Thread.Id;

    private Result<long> SetIdAddress(in SyscallArguments a)
    {
        a.Thread.ClearOnExit = a.Address0;
        return a.Thread.Id;
    }

    private Result<long> NoRseq(in SyscallArguments a) => Errno.ENOSYS;
}
