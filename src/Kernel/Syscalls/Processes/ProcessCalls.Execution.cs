using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// execve(2): another program in this one's place.
public sealed partial class ProcessCalls
{
    private const int PathBytes = 4096;
    private const int MaxStrings = 1 << 16;
    private const int MaxStringBytes = 128 << 10;
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;

    private readonly byte[] _text = new byte[MaxStringBytes];

    private void AddExecution(SyscallTable table)
    {
        table.Add(SyscallNumber.Execve, Execute);
        table.Add(SyscallNumber.Execveat, ExecuteAt);
    }

    private Result<long> Execute(in SyscallArguments a) => Run(in a, CurrentDirectory, a.Address0, a.Address1, a.Address2, 0);

    private Result<long> ExecuteAt(in SyscallArguments a) => Run(in a, a.Int0, a.Address1, a.Address2, a.Address3, a.Int4);

    private Result<long> Run(in SyscallArguments a, int directory, VirtAddr pathAddress, VirtAddr argumentsAddress, VirtAddr environmentAddress, int flags)
    {
        int length = a.Space.ReadString(pathAddress, _text.AsSpan(0, PathBytes));
        if (length < 0 || length == PathBytes)
        {
            return length < 0 ? Errno.EFAULT : Errno.ENAMETOOLONG;
        }

        if ((flags & ~(EmptyPath | NoFollow)) != 0)
        {
            return Errno.EINVAL;
        }

        byte[] path = _text.AsSpan(0, length).ToArray();
        Result<OpenFile> opened = Open(in a, directory, path, flags);
        if (!opened.TryGet(out OpenFile file))
        {
            return opened.Error;
        }

        Errno error = ReadStrings(in a, argumentsAddress, out byte[][] arguments);
        byte[][] environment = [];
        error = error == Errno.None ? ReadStrings(in a, environmentAddress, out environment) : error;
        if (error == Errno.None)
        {
            if (arguments.Length == 0)
            {
                arguments = [[]]; // Linux does so since 5.18: argv[0] is an empty string rather than missing
            }

            if (path.Length == 0)
            {
                path = System.Text.Encoding.ASCII.GetBytes($"/dev/fd/{directory}");
            }

            error = a.Process.Replace(a.Thread, new ProgramRequest { File = file, Path = path, Arguments = arguments, Environment = environment });
        }

        file.Release();
        return error == Errno.None ? 0 : error;
    }

    private Result<OpenFile> Open(in SyscallArguments a, int directory, byte[] path, int flags)
    {
        FsContext context = a.Thread.Fs;
        PathNode start = context.WorkingDirectory;
        bool isRelative = path.Length == 0 || path[0] != (byte)'/';
        if (isRelative && directory != CurrentDirectory)
        {
            OpenFile? from = a.Process.Files.Get(directory);
            if (from == null)
            {
                return Errno.EBADF;
            }

            if (path.Length == 0)
            {
                if ((flags & EmptyPath) == 0)
                {
                    return Errno.ENOENT;
                }

                return host.Loader.OpenNode(context, from.Path);
            }

            if (!from.Path.IsDirectory)
            {
                return Errno.ENOTDIR;
            }

            start = from.Path;
        }

        return host.Loader.Open(context, start, path, (flags & NoFollow) != 0 ? OpenFlags.NoFollow : OpenFlags.ReadOnly);
    }

    private Errno ReadStrings(in SyscallArguments a, VirtAddr array, out byte[][] texts)
    {
        texts = [];
        if (array.Value == 0)
        {
            return Errno.None;
        }

        const long BytesEach = 64;
        List<byte[]> found = [];
        long total = 0;
        while (true)
        {
            if (!a.Space.TryRead(array, out ulong pointer))
            {
                return Errno.EFAULT;
            }

            if (pointer == 0)
            {
                texts = found.ToArray();
                return Errno.None;
            }

            int length = a.Space.ReadString(new VirtAddr(pointer), _text);
            if (length < 0)
            {
                return Errno.EFAULT;
            }

            if (length == _text.Length || found.Count == MaxStrings)
            {
                return Errno.E2BIG;
            }

            // The strings are here twice in the end, in a list that may have doubled and in the new stack.
            total += length + BytesEach;
            if (!KernelHeap.CanAllocate(2 * total))
            {
                return Errno.ENOMEM;
            }

            found.Add(_text.AsSpan(0, length).ToArray());
            array += sizeof(ulong);
        }
    }
}
