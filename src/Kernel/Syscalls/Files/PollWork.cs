using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>One call of poll(2) or select(2) at work: the files with references on them, what is asked and what came. Used again by later calls.</summary>
internal sealed class PollWork
{
    private readonly PollSet _set = new();
    private OpenFile?[] _files = new OpenFile?[16];
    private PollEvents[] _wanted = new PollEvents[16];
    private PollEvents[] _came = new PollEvents[16];

    public int Count { get; private set; }

    /// <summary>Whether there is memory to wait for so many files.</summary>
    public static bool CanHold(uint count)
    {
        const long BytesEach = 160;
        const uint Few = 64;
        return count <= Few || KernelHeap.CanAllocate(count * BytesEach);
    }

    /// <summary>Adds a file; null is one that reports nothing.</summary>
    public void Add(OpenFile? file, PollEvents wanted)
    {
        if (Count == _files.Length)
        {
            Array.Resize(ref _files, Count * 2);
            Array.Resize(ref _wanted, Count * 2);
            Array.Resize(ref _came, Count * 2);
        }

        file?.AddReference();
        _files[Count] = file;
        _wanted[Count] = wanted;
        _came[Count++] = PollEvents.None;
    }

    public PollEvents Came(int index) => _came[index];

    /// <summary>Waits until a file is ready. Returns how many are; 0 when the deadline came; ERESTARTNOHAND for a signal.</summary>
    public Result<int> Wait(Instant deadline)
    {
        int ready = Scan();
        if (ready > 0 || (!deadline.IsNever && deadline <= Clock.Now))
        {
            return ready;
        }

        for (int i = 0; i < Count; i++)
        {
            if (_files[i] != null)
            {
                _set.Add(_files[i]!, _wanted[i]);
            }
        }

        WaitResult outcome = WaitResult.Woken;
        while (ready == 0 && outcome == WaitResult.Woken)
        {
            outcome = PollSet.Wait(deadline);
            ready = Scan();
        }

        _set.Clear();
        return ready == 0 && outcome == WaitResult.Interrupted ? Errno.ERESTARTNOHAND : ready;
    }

    /// <summary>Lets go of the files.</summary>
    public void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            _files[i]?.Release();
            _files[i] = null;
        }

        Count = 0;
    }

    private int Scan()
    {
        int ready = 0;
        for (int i = 0; i < Count; i++)
        {
            OpenFile? file = _files[i];
            _came[i] = file == null ? PollEvents.None : file.Poll() & (_wanted[i] | PollEvents.Always | PollEvents.Invalid);
            ready += _came[i] != PollEvents.None ? 1 : 0;
        }

        return ready;
    }
}
