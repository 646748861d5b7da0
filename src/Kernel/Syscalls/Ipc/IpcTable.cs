using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>The objects of one kind by identifier and by key. An identifier is a place with a count above it, so that one that is gone is not mistaken for its successor.</summary>
internal sealed class IpcTable(int limit)
{
    /// <summary>IPCMNI_SHIFT.</summary>
    public const int IndexBits = 15;

    /// <summary>IPC_CREAT.</summary>
    public const int Create = 0x200;

    /// <summary>IPC_EXCL.</summary>
    public const int Exclusive = 0x400;

    private const int IndexMask = (1 << IndexBits) - 1;
    private const long BytesEach = 200;

    private readonly List<IpcObject?> _objects = [];
    private int _sequence;

    /// <summary>Objects there are.</summary>
    public int Count { get; private set; }

    /// <summary>The highest place in use; -1 when there is none.</summary>
    public int HighestIndex => _objects.FindLastIndex(static item => item != null);

    /// <summary>The object of an identifier. EINVAL when it never was or is gone.</summary>
    public Result<IpcObject> Find(int id)
    {
        IpcObject? found = id < 0 ? null : At(id & IndexMask);
        return found == null || found.Id != id ? Errno.EINVAL : found;
    }

    /// <summary>The object at a place, for the _STAT commands.</summary>
    public IpcObject? At(int index) => index >= 0 && index < _objects.Count ? _objects[index] : null;

    /// <summary>
    /// shmget(2) and its like: the object of a key. Null (as a success) asks the caller to make one. Errors: ENOENT, EEXIST, EINVAL (it has less than
    /// <paramref name="size"/>), EACCES, ENOSPC, ENOMEM.
    /// </summary>
    public Result<IpcObject?> Open(int key, int flags, FsContext context, ulong size = 0)
    {
        IpcObject? found = key == 0 ? null : _objects.Find(item => item?.Key == key);
        if (found != null)
        {
            return (flags & (Create | Exclusive)) == (Create | Exclusive) ? Errno.EEXIST
                : size > found.Size ? Errno.EINVAL
                : found.Allows(context, unchecked((uint)flags) & 0x1ff) ? found
                : Errno.EACCES;
        }

        return key != 0 && (flags & Create) == 0 ? Errno.ENOENT
            : Count >= limit ? Errno.ENOSPC
            : !KernelHeap.CanAllocate(BytesEach * 2 + _objects.Count * 16L) ? Errno.ENOMEM
            : (IpcObject?)null;
    }

    /// <summary>Gives a new object its identifier.</summary>
    public void Add(IpcObject made)
    {
        int index = _objects.IndexOf(null);
        if (index < 0)
        {
            index = _objects.Count;
            _objects.Add(null);
        }

        made.Id = (_sequence << IndexBits) | index;
        _sequence = (_sequence + 1) & 0xffff;
        _objects[index] = made;
        Count++;
    }

    public void Remove(IpcObject gone)
    {
        _objects[gone.Id & IndexMask] = null;
        gone.IsRemoved = true;
        Count--;
    }
}
