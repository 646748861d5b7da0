using System;

namespace Mote.Kernel.Vfs;

/// <summary>
/// How many ways lead up from a file, or an interest list, to lists that nothing holds, by the number of lists on the way. The limits are those of Linux's fs/eventpoll.c (path_limits).
/// </summary>
internal struct EpollPaths
{
    private const int Many = 1 << 20;

    private int _one;
    private int _two;
    private int _three;
    private int _four;
    private int _five;

    /// <summary>Of a list that nothing holds: itself.</summary>
    public static EpollPaths Top => new() { _one = 1 };

    /// <summary>Ways of one list may be as many as there are; longer ones are limited.</summary>
    public readonly bool AreTooMany => _two > 500 || _three > 100 || _four > 50 || _five > 10;

    /// <summary>Adds the ways of a list that leads to a file.</summary>
    public void Add(in EpollPaths other)
    {
        _one = Math.Min(_one + other._one, Many);
        _two = Math.Min(_two + other._two, Many);
        _three = Math.Min(_three + other._three, Many);
        _four = Math.Min(_four + other._four, Many);
        _five = Math.Min(_five + other._five, Many);
    }

    /// <summary>The same ways with another list at their beginning.</summary>
    public readonly EpollPaths Longer() => new() { _two = _one, _three = _two, _four = _three, _five = _four };
}
