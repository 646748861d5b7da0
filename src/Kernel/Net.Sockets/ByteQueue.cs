using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// Bytes on their way, in frames that are taken as they are filled and given back as they are emptied, so that an idle socket holds none. The list of frames grows
/// to the most that was ever stored.
/// </summary>
internal sealed class ByteQueue
{
    private const int FirstPages = 4;

    private Frame[] _pages = [];
    private int _first;
    private int _offset;
    private int _pageCount;

    /// <summary>Bytes stored.</summary>
    public int Used { get; private set; }

    /// <summary>
    /// Appends up to <paramref name="count"/> bytes. Returns how many; fewer, or EFAULT or ENOMEM when none, where the source or memory ends.
    /// </summary>
    public Result<int> Append(ref DataSource from, int count)
    {
        int done = 0;
        while (done < count)
        {
            int end = _offset + Used;
            int page = end >> PageSize.Shift;
            int within = end & PageSize.Mask;
            if (page == _pageCount && !TryAddPage())
            {
                return done > 0 ? done : Errno.ENOMEM;
            }

            int chunk = Math.Min(count - done, PageSize.Bytes - within);
            int copied = from.Read(_pages[(_first + page) & (_pages.Length - 1)], within, chunk);
            Used += copied;
            done += copied;
            if (copied < chunk)
            {
                return done > 0 ? done : Errno.EFAULT;
            }
        }

        return done;
    }

    /// <summary>Copies up to <paramref name="count"/> bytes from a place in the queue, and leaves them there. Fewer than asked means a bad address.</summary>
    public int Copy(int at, ref DataSink to, int count)
    {
        int total = Math.Min(count, Used - at);
        int done = 0;
        while (done < total)
        {
            int place = _offset + at + done;
            int within = place & PageSize.Mask;
            int chunk = Math.Min(total - done, PageSize.Bytes - within);
            int copied = to.Write(_pages[(_first + (place >> PageSize.Shift)) & (_pages.Length - 1)], within, chunk);
            done += copied;
            if (copied < chunk)
            {
                break;
            }
        }

        return done;
    }

    /// <summary>Copies bytes that are there to the kernel.</summary>
    public void Read(int at, Span<byte> to)
    {
        for (int done = 0; done < to.Length;)
        {
            int place = _offset + at + done;
            int within = place & PageSize.Mask;
            int chunk = Math.Min(to.Length - done, PageSize.Bytes - within);
            _pages[(_first + (place >> PageSize.Shift)) & (_pages.Length - 1)].Read(within, to.Slice(done, chunk));
            done += chunk;
        }
    }

    /// <summary>Drops bytes from the front.</summary>
    public void Drop(int count)
    {
        _offset += count;
        Used -= count;
        while (_offset >= PageSize.Bytes)
        {
            ReleaseFirst();
            _offset -= PageSize.Bytes;
        }

        if (Used == 0)
        {
            while (_pageCount > 0)
            {
                ReleaseFirst();
            }

            _offset = 0;
        }
    }

    /// <summary>Takes the last bytes back.</summary>
    public void DropLast(int count)
    {
        Used -= count;
        int pages = Used == 0 ? 0 : (_offset + Used + PageSize.Mask) >> PageSize.Shift;
        while (_pageCount > pages)
        {
            _pages[(_first + --_pageCount) & (_pages.Length - 1)].Release();
        }

        _offset = Used == 0 ? 0 : _offset;
    }

    private void ReleaseFirst()
    {
        _pages[_first].Release();
        _pages[_first] = Frame.None;
        _first = (_first + 1) & (_pages.Length - 1);
        _pageCount--;
    }

    private bool TryAddPage()
    {
        if (_pageCount == _pages.Length && !TryGrow())
        {
            return false;
        }

        if (!Frame.TryAllocate(FrameFill.Leftover, out Frame frame))
        {
            return false;
        }

        _pages[(_first + _pageCount++) & (_pages.Length - 1)] = frame;
        return true;
    }

    [MayAllocate("only when more is stored than ever before, up to the socket's buffer size")]
    private bool TryGrow()
    {
        int length = Math.Max(FirstPages, _pages.Length * 2);
        if (!KernelHeap.CanAllocate(length * sizeof(uint)))
        {
            return false;
        }

        Frame[] pages = new Frame[length];
        for (int i = 0; i < _pageCount; i++)
        {
            pages[i] = _pages[(_first + i) & (_pages.Length - 1)];
        }

        _pages = pages;
        _first = 0;
        return true;
    }
}
