using System;
using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// The descriptors of a process: numbers for open files, each with its close-on-exec flag. Shared by threads (CLONE_FILES), copied by fork. The table holds
/// a reference on each file.
/// </summary>
public sealed class FileTable
{
    /// <summary>NR_OPEN: no limit can be set above it.</summary>
    public const int Maximum = 1 << 20;

    private OpenFile?[] _files = new OpenFile?[64];
    private bool[] _closeOnExec = new bool[64];
    private int _lowestFree;
    private int _end;
    private int _sharers = 1;

    /// <summary>RLIMIT_NOFILE's soft value: one more than the highest number that may be given.</summary>
    public int Limit { get; set; } = 1024;

    /// <summary>One more than the highest number ever used: the bound for walks over the table.</summary>
    public int End => _end;

    /// <summary>What happens when a process closes any descriptor of a file, before the reference goes: its POSIX record locks on the file end (fcntl(2)).</summary>
    public object? LockOwner { get; set; }

    /// <summary>The owner of the record lock that a thread of the process waits for.</summary>
    internal object? WaitsFor { get; private set; }

    /// <summary>The file of a descriptor; the caller that may sleep takes a reference of its own. Null: EBADF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public OpenFile? Get(int descriptor)
    {
        OpenFile?[] files = _files; // null from _end on
        return unchecked((uint)descriptor) < (uint)files.Length ? files[descriptor] : null;
    }

    public bool IsCloseOnExec(int descriptor) => IsWithin(descriptor, _end) && _closeOnExec[descriptor];

    public void SetCloseOnExec(int descriptor, bool value) => _closeOnExec[descriptor] = value;

    /// <summary>Gives the file the lowest free number, not below <paramref name="minimum"/>; the table takes over the caller's reference. EMFILE leaves it with the caller.</summary>
    public Result<int> Add(OpenFile file, bool closeOnExec, int minimum = 0)
    {
        int number = Math.Max(minimum, _lowestFree);
        while (number < _end && _files[number] != null)
        {
            number++;
        }

        if (number >= Limit || !EnsureRoom(number))
        {
            return Errno.EMFILE;
        }

        if (minimum <= _lowestFree)
        {
            _lowestFree = number + 1;
        }

        Put(number, file, closeOnExec);
        return number;
    }

    /// <summary>Gives the file this number, closing what had it; the table takes over the caller's reference. EBADF when the number is beyond the limit.</summary>
    public Result<int> Replace(int number, OpenFile file, bool closeOnExec)
    {
        if (!IsWithin(number, Limit) || !EnsureRoom(number))
        {
            return Errno.EBADF;
        }

        OpenFile? old = number < _end ? _files[number] : null;
        Put(number, file, closeOnExec);
        if (old != null)
        {
            Drop(old);
        }

        return number;
    }

    /// <summary>Frees a number and drops its reference. EBADF.</summary>
    public Errno Close(int descriptor)
    {
        OpenFile? file = Get(descriptor);
        if (file == null)
        {
            return Errno.EBADF;
        }

        _files[descriptor] = null;
        _closeOnExec[descriptor] = false;
        _lowestFree = Math.Min(_lowestFree, descriptor);
        Drop(file);
        return Errno.None;
    }

    /// <summary>Closes what is marked so; execve(2) does it.</summary>
    public void CloseMarked()
    {
        for (int i = 0; i < _end; i++)
        {
            if (_closeOnExec[i])
            {
                // Nobody is left to be told of an error.
                _ = Close(i);
            }
        }
    }

    /// <summary>A copy for a new process, with references of its own.</summary>
    public FileTable Clone()
    {
        FileTable copy = new() { Limit = Limit };
        if (_end > 0)
        {
            copy.EnsureRoom(_end - 1);
        }

        for (int i = 0; i < _end; i++)
        {
            OpenFile? file = _files[i];
            if (file != null)
            {
                file.AddReference();
                copy.Put(i, file, _closeOnExec[i]);
            }
        }

        copy._lowestFree = _lowestFree;
        return copy;
    }

    /// <summary>One more task uses this very table.</summary>
    public void Share() => _sharers++;

    /// <summary>A task that used the table is gone; the last one closes everything.</summary>
    public void Unshare()
    {
        if (--_sharers > 0)
        {
            return;
        }

        for (int i = 0; i < _end; i++)
        {
            if (_files[i] != null)
            {
                _ = Close(i);
            }
        }
    }

    internal void SetWaitsFor(object? holder) => WaitsFor = holder;

    private static bool IsWithin(int number, int end) => number >= 0 && number < end;

    private void Put(int number, OpenFile file, bool closeOnExec)
    {
        _files[number] = file;
        _closeOnExec[number] = closeOnExec;
        _end = Math.Max(_end, number + 1);
    }

    private void Drop(OpenFile file)
    {
        if (LockOwner != null)
        {
            file.Inode.Locks?.ReleaseOwner(LockOwner);
        }

        file.Release();
    }

    private bool EnsureRoom(int number)
    {
        if (number >= Maximum)
        {
            return false;
        }

        int length = _files.Length;
        while (length <= number)
        {
            length *= 2;
        }

        if (length > _files.Length)
        {
            const int BytesEach = 9;
            if (!KernelHeap.CanAllocate((long)length * BytesEach))
            {
                return false;
            }

            Array.Resize(ref _files, length);
            Array.Resize(ref _closeOnExec, length);
        }

        return true;
    }
}
