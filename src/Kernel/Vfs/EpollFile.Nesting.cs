using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

// Interest lists in interest lists. No more than five stand above each other, whichever is added to which first, and few ways lead from a file through several of them
// (fs/eventpoll.c): so everything that goes up or down through them has a bound.
public sealed partial class EpollFile
{
    /// <summary>EP_MAX_NESTS: steps from a list to the one farthest below or above.</summary>
    private const int MaximumNesting = 4;

    private const int Endless = 1000;

    private int _innerLists;
    private ulong _depthSearch;
    private ulong _heightSearch;
    private ulong _waysSearch;
    private ulong _filesSearch;
    private int _depth;
    private int _height;
    private EpollPaths _ways;

    /// <summary>The round in which this list was last told that something in it is ready (<see cref="EpollGraph"/>).</summary>
    internal ulong ToldInRound { get; set; }

    internal EpollFile? NextToTell { get; set; }

    internal void TellWatchers() => _readiness.WakeAll((uint)PollEvents.Readable);

    /// <summary>Whether a list may be added here: no circle, and not too many above each other.</summary>
    private bool CanHold(EpollFile inner)
    {
        ulong search = _graph.NextSearch();
        return inner.Depth(this, search) + 1 + Height(search) <= MaximumNesting;
    }

    /// <summary>How far down lists go; very far where <paramref name="target"/> is below.</summary>
    private int Depth(EpollFile target, ulong search)
    {
        if (_innerLists == 0 || _depthSearch == search)
        {
            return _innerLists == 0 ? 0 : _depth;
        }

        int depth = 0;
        foreach (EpollItem item in _items.Values)
        {
            if (item.File is EpollFile inner)
            {
                int below = inner == target ? Endless : inner.Depth(target, search) + 1;
                depth = below > depth ? below : depth;
            }
        }

        _depthSearch = search;
        _depth = depth;
        return depth;
    }

    /// <summary>How far up lists go.</summary>
    private int Height(ulong search)
    {
        if (_heightSearch == search)
        {
            return _height;
        }

        int height = 0;
        for (FileWatch? watch = FirstWatch; watch != null; watch = watch.NextWatch)
        {
            int above = ((EpollItem)watch).Owner.Height(search) + 1;
            height = above > height ? above : height;
        }

        _heightSearch = search;
        _height = height;
        return height;
    }

    /// <summary>Whether too many ways lead up from a file that was added here, or from one in a list that was.</summary>
    private bool LeadsTooManyWays(OpenFile added)
    {
        if (added is EpollFile inner)
        {
            return inner.HoldsFileWithTooManyWays(_graph.NextSearch());
        }

        return FirstWatch != null && WaysFrom(added, _graph.NextSearch()).AreTooMany;
    }

    private bool HoldsFileWithTooManyWays(ulong search)
    {
        if (_filesSearch == search)
        {
            return false;
        }

        _filesSearch = search;
        foreach (EpollItem item in _items.Values)
        {
            if (item.File is EpollFile inner ? inner.HoldsFileWithTooManyWays(search) : WaysFrom(item.File, search).AreTooMany)
            {
                return true;
            }
        }

        return false;
    }

    private static EpollPaths WaysFrom(OpenFile file, ulong search)
    {
        EpollPaths ways = default;
        for (FileWatch? watch = file.FirstWatch; watch != null; watch = watch.NextWatch)
        {
            ways.Add(((EpollItem)watch).Owner.Ways(search));
        }

        return ways;
    }

    private EpollPaths Ways(ulong search)
    {
        if (_waysSearch != search)
        {
            _ways = FirstWatch == null ? EpollPaths.Top : WaysFrom(this, search).Longer();
            _waysSearch = search;
        }

        return _ways;
    }
}
