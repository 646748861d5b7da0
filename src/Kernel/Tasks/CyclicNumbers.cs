namespace Mote.Kernel.Tasks;

/// <summary>
/// Numbers for what comes and goes: each is one above the last, and past the highest they begin anew, so that a machine that runs for long
/// never has none. Whoever takes one asks first whether it is still in use.
/// </summary>
/// <param name="restart">Where they begin anew.</param>
/// <param name="highest">The highest that is given.</param>
public struct CyclicNumbers(int restart, int highest)
{
    /// <summary>The number given last; zero before the first.</summary>
    public int Last { get; private set; }

    /// <summary>The next number to try.</summary>
    public int Advance() => Last = Last >= highest ? restart : Last + 1;
}
