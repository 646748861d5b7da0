namespace Mote.Cli.Vmm;

/// <summary>What the machine's network card is plugged into.</summary>
internal enum NetworkKind
{
    /// <summary>There is no card.</summary>
    None,

    /// <summary>QEMU's own network: the machine reaches what the host reaches; ports are published one by one.</summary>
    User,

    /// <summary>QEMU's own network, and of it only the published ports and the services that are let through.</summary>
    Closed,

    /// <summary>A tap interface of the host.</summary>
    Tap,
}
