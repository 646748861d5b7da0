using System.Runtime;

namespace Mote.Runtime;

internal static unsafe class Pending
{
    [RuntimeExport("RhpSfiInit")] public static bool A() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpSfiNext")] public static bool B() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpEHEnumInitFromStackFrameIterator")] public static bool C() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpEHEnumNext")] public static bool D() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhFindMethodStartAddress")] public static bool E() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpThrowEx")] public static bool F() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpRethrow")] public static bool G() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpCallCatchFunclet")] public static bool H() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpCallFinallyFunclet")] public static bool I() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpCallFilterFunclet")] public static bool J() { Panic.Fail("exception"u8); return false; }
    [RuntimeExport("RhpGetCurrentThreadStackTrace")] public static int K() => 0;
    [RuntimeExport("RhpSetThreadDoNotTriggerGC")] public static void L() { }
    [RuntimeExport("RhpGetThreadAbortException")] public static void* M() => null;
}
