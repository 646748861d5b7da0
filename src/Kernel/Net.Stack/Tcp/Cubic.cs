using System;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// The congestion window (RFC 9438 over RFC 5681), in bytes. Growth after a loss follows a cubic function of time around the window at that loss; where Reno would be faster, it
/// is as fast as Reno. Or Reno itself, of which a window at its loss halves and then grows by a segment a round trip (RFC 5681, 3.1).
/// </summary>
internal struct Cubic
{
    /// <summary>Segments at the start (RFC 6928).</summary>
    public const int InitialSegments = 10;

    private const ulong Millisecond = 1_000_000;
    private const uint Unlimited = uint.MaxValue;

    /// <summary>No window is larger than what a scaled window can say.</summary>
    private const uint Largest = 1 << 30;

    private uint _maximum; // W_max, bytes
    private uint _renoWindow; // W_est, bytes
    private ulong _epoch; // nanoseconds; zero when the next acknowledgement begins one
    private ulong _k; // milliseconds from the epoch to W_max

    /// <summary>TCP_CONGESTION: reno.</summary>
    public bool IsReno { readonly get; set; }

    public uint Window { get; private set; }

    public uint Threshold { get; private set; }

    public readonly bool IsInSlowStart => Window < Threshold;

    public void Start(int segmentSize)
    {
        this = new Cubic { IsReno = IsReno };
        Window = (uint)Math.Min(InitialSegments * segmentSize, Math.Max(14600, 2 * segmentSize));
        Threshold = Unlimited;
    }

    /// <summary>New data was acknowledged outside of recovery, and the window was what kept from sending more.</summary>
    public void Acknowledge(uint bytes, int segmentSize, ulong roundTrip, ulong now)
    {
        if (IsInSlowStart)
        {
            uint growth = Math.Min(bytes, Threshold - Window);
            Window = Math.Min(Window + growth, Largest);
            bytes -= growth;
        }

        if (bytes == 0 || IsInSlowStart)
        {
            return;
        }

        uint size = (uint)segmentSize;
        if (IsReno)
        {
            Window = (uint)Math.Min(Window + Math.Max((ulong)bytes * size / Window, 1), Largest);
            return;
        }

        if (_epoch == 0)
        {
            BeginEpoch(size, now);
        }

        ulong time = (now - _epoch + roundTrip) / Millisecond;
        ulong target = Math.Clamp(At(time, size), Window, Window + (Window / 2));
        _renoWindow = (uint)Math.Min(_renoWindow + Math.Max((ulong)bytes * size * 9 / ((ulong)Window * 17), 1), Largest); // alpha is 3 (1 - 0.7) / (1 + 0.7) = 9/17
        ulong cubicGrowth = (target - Window) * bytes / Window;
        Window = (uint)Math.Min(Math.Max(Window + cubicGrowth, _renoWindow), Largest);
    }

    /// <summary>A loss was found: the window is to come down to <see cref="Threshold"/>, which recovery does.</summary>
    public void Reduce(uint inFlight, int segmentSize)
    {
        uint window = Math.Min(Window, Math.Max(inFlight, 1));

        // Fast convergence: a flow that lost before it came back to its old window leaves room for others.
        _maximum = window < _maximum ? (uint)((ulong)window * 17 / 20) : window;
        Threshold = Math.Max(IsReno ? window / 2 : (uint)((ulong)window * 7 / 10), 2 * (uint)segmentSize);
        _epoch = 0;
    }

    public void SetWindow(uint bytes) => Window = Math.Clamp(bytes, 1, Largest);

    /// <summary>Puts back what a loss that was none had taken.</summary>
    public void Undo(uint window, uint threshold)
    {
        Window = Math.Max(Window, window);
        Threshold = threshold;
        _epoch = 0;
    }

    /// <summary>Begins anew after a pause in which the network may have changed (RFC 5681, 4.1).</summary>
    public void Restart(int segmentSize)
    {
        Window = Math.Min(Window, (uint)(InitialSegments * segmentSize));
        _epoch = 0;
    }

    private void BeginEpoch(uint size, ulong now)
    {
        _epoch = now;
        _renoWindow = Window;
        if (_maximum <= Window)
        {
            _maximum = Window;
            _k = 0;
            return;
        }

        // K is the cube root of (W_max - cwnd) / C in segments and seconds, C = 0.4.
        _k = CubeRoot((_maximum - Window) / size * 2_500_000_000UL);
    }

    /// <summary>W_cubic at a time in milliseconds since the epoch, bytes.</summary>
    private readonly ulong At(ulong time, uint size)
    {
        bool isBelow = time < _k;
        ulong distance = Math.Min(isBelow ? _k - time : time - _k, 1_000_000);
        ulong offset = distance * distance * distance / 2_500_000_000 * size;
        offset += distance * distance * distance % 2_500_000_000 * size / 2_500_000_000;
        return isBelow ? (_maximum > offset ? _maximum - offset : 0) : Math.Min(_maximum + offset, Largest);
    }

    private static ulong CubeRoot(ulong value)
    {
        ulong root = 0;
        for (int shift = 20; shift >= 0; shift--)
        {
            ulong next = root | 1UL << shift;
            if (next * next * next <= value)
            {
                root = next;
            }
        }

        return root;
    }
}
