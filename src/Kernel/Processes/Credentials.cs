namespace Mote.Kernel.Processes;

/// <summary>User and group ids of a process (credentials(7)). Root has every capability, nobody else has any.</summary>
public sealed class Credentials
{
    public IdTriple User { get; } = new();

    public IdTriple Group { get; } = new();

    public bool IsPrivileged => User.Effective == 0;
}
