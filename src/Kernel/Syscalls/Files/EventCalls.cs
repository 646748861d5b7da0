using System;
using Mote.Abi.Linux;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>pipe(2), eventfd(2), timerfd_create(2), memfd_create(2).</summary>
public sealed partial class EventCalls(FileServices services) : FileFamily(services)
{
    private const uint CloseOnExec = (uint)OpenFlags.CloseOnExec;
    private const uint NonBlock = (uint)OpenFlags.NonBlock;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Pipe, (in SyscallArguments a) => MakePipe(in a, 0));
        table.Add(SyscallNumber.Pipe2, (in SyscallArguments a) => MakePipe(in a, unchecked((uint)a.A1)));
        table.Add(SyscallNumber.Eventfd, (in SyscallArguments a) => MakeEvent(in a, 0));
        table.Add(SyscallNumber.Eventfd2, (in SyscallArguments a) => MakeEvent(in a, unchecked((uint)a.A1)));
        table.Add(SyscallNumber.MemfdCreate, MakeMemoryFile, "MFD_HUGETLB: EINVAL");
        table.Add(SyscallNumber.TimerfdCreate, MakeTimer);
        table.Add(SyscallNumber.TimerfdSettime, SetTimer);
        table.Add(SyscallNumber.TimerfdGettime, GetTimer);
    }

    /// <summary>Gives a new file a number, or closes it again (EMFILE).</summary>
    private static Result<long> Install(in SyscallArguments a, OpenFile file, bool closeOnExec)
    {
        Result<int> added = a.Process.Files.Add(file, closeOnExec);
        if (added.IsOk)
        {
            return added.Value;
        }

        file.Release();
        return added.Error;
    }

    private Result<long> MakePipe(in SyscallArguments a, uint flags)
    {
        if ((flags & ~(CloseOnExec | NonBlock | (uint)OpenFlags.Direct)) != 0)
        {
            return Errno.EINVAL;
        }

        bool closeOnExec = (flags & CloseOnExec) != 0;
        Pipe.Create(Tree, (OpenFlags)(flags & (NonBlock | (uint)OpenFlags.Direct)), out OpenFile reader, out OpenFile writer);
        Result<long> first = Install(in a, reader, closeOnExec);
        if (!first.IsOk)
        {
            writer.Release();
            return first;
        }

        Result<long> second = Install(in a, writer, closeOnExec);
        if (!second.IsOk)
        {
            _ = a.Process.Files.Close((int)first.Value); // it was just opened
            return second;
        }

        ulong pair = (ulong)first.Value | ((ulong)second.Value << 32);
        if (a.Space.TryWrite(a.Address0, pair))
        {
            return 0;
        }

        _ = a.Process.Files.Close((int)first.Value); // it was just opened
        _ = a.Process.Files.Close((int)second.Value); // it was just opened
        return Errno.EFAULT;
    }

    private Result<long> MakeEvent(in SyscallArguments a, uint flags)
    {
        const uint Semaphore = 1;
        if ((flags & ~(CloseOnExec | NonBlock | Semaphore)) != 0)
        {
            return Errno.EINVAL;
        }

        EventFile file = new(Tree, unchecked((uint)a.A0), (flags & Semaphore) != 0, (OpenFlags)(flags & NonBlock));
        return Install(in a, file, (flags & CloseOnExec) != 0);
    }

    private Result<long> MakeMemoryFile(in SyscallArguments a)
    {
        const uint MemoryCloseOnExec = 1;
        const uint AllowSealing = 2;
        const uint NoExecSeal = 8;
        const uint Execute = 16;
        const int MaximumName = 249;
        uint flags = unchecked((uint)a.A1);
        if ((flags & ~(MemoryCloseOnExec | AllowSealing | NoExecSeal | Execute)) != 0 || (flags & (NoExecSeal | Execute)) == (NoExecSeal | Execute))
        {
            return Errno.EINVAL;
        }

        Span<byte> name = stackalloc byte[MaximumName + 1];
        int length = a.Space.ReadString(a.Address0, name);
        if (length < 0 || length > MaximumName)
        {
            return length < 0 ? Errno.EFAULT : Errno.EINVAL;
        }

        FsContext context = a.Thread.Fs;
        MemoryFileKind kind = (flags & NoExecSeal) != 0 ? MemoryFileKind.NoProgram
            : (flags & AllowSealing) != 0 ? MemoryFileKind.Sealable
            : MemoryFileKind.Unsealable;
        OpenFile file = Services.MemoryFiles.Create(name[..length], kind, context.Uid, context.Gid);
        return Install(in a, file, (flags & MemoryCloseOnExec) != 0);
    }
}
