namespace Mote.Abi.Linux;

/// <summary>si_code of the signals that faults raise (sigaction(2)).</summary>
public static class SignalCode
{
    public const int IllIllOpn = 2;
    public const int FpeIntDiv = 1;
    public const int FpeFltInv = 7;
    public const int SegvMapErr = 1;
    public const int SegvAccErr = 2;
    public const int BusAdrAln = 1;
    public const int BusAdrErr = 2;
    public const int TrapBreakpoint = 1;
    public const int TrapTrace = 2;
}
