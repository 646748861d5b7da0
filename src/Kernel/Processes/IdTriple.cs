namespace Mote.Kernel.Processes;

/// <summary>The real, effective and saved id of a thread, of users or of groups (credentials(7)).</summary>
public sealed class IdTriple
{
    /// <summary>-1 in a call's arguments: keep what is.</summary>
    public const uint Unchanged = uint.MaxValue;

    public uint Real { get; private set; }

    public uint Effective { get; private set; }

    public uint Saved { get; private set; }

    /// <summary>Whether a process without privileges may take an id: its own ones, or none (setresuid(2)).</summary>
    public bool Has(uint id) => id == Unchanged || id == Real || id == Effective || id == Saved;

    /// <summary>Whether one of the three is root's.</summary>
    public bool HasRoot => Real == 0 || Effective == 0 || Saved == 0;

    public IdTriple Clone() => (IdTriple)MemberwiseClone();

    public void Change(uint real, uint effective, uint saved)
    {
        Real = real == Unchanged ? Real : real;
        Effective = effective == Unchanged ? Effective : effective;
        Saved = saved == Unchanged ? Saved : saved;
    }
}
