namespace Mote.Cli.Vmm;

/// <summary>What runs the guest's instructions.</summary>
internal enum Accelerator
{
    /// <summary>KVM where a probe boot proved it, else TCG.</summary>
    Auto,
    Kvm,
    Tcg,
}
