namespace Mote.Kernel.Memory;

/// <summary>The three values of /sys/kernel/mm/transparent_hugepage/enabled (Documentation/admin-guide/mm/transhuge.rst).</summary>
public enum HugePageMode
{
    /// <summary>Wherever they fit.</summary>
    Always,

    /// <summary>Where the program asked with MADV_HUGEPAGE.</summary>
    Advised,

    Never,
}
