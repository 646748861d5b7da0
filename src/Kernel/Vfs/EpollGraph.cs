namespace Mote.Kernel.Vfs;

/// <summary>
/// What the interest lists of a machine share. An event goes up from a list to those that hold it by a loop, each list once, however many ways lead there; and a search among them marks
/// what it has seen with its number.
/// </summary>
internal sealed class EpollGraph
{
    /// <summary>How many items there are, and may be.</summary>
    public EpollUse Use { get; } = new();

    private EpollFile? _first;
    private EpollFile? _last;
    private bool _isTelling;
    private ulong _round = 1;
    private ulong _search;

    /// <summary>The number of a new search.</summary>
    public ulong NextSearch() => ++_search;

    /// <summary>Something in this list became ready: tells who polls it and the lists that hold it, theirs, and so on.</summary>
    public void Tell(EpollFile changed)
    {
        if (changed.ToldInRound == _round)
        {
            return; // whoever is above has heard of it, or will
        }

        changed.ToldInRound = _round;
        if (_last == null)
        {
            _first = changed;
        }
        else
        {
            _last.NextToTell = changed;
        }

        _last = changed;
        if (_isTelling)
        {
            return;
        }

        _isTelling = true;
        while (_first is { } next)
        {
            next.TellWatchers();
            _first = next.NextToTell;
            next.NextToTell = null;
        }

        _last = null;
        _isTelling = false;
        _round++;
    }
}
