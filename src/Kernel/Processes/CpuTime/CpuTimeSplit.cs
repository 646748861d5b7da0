namespace Mote.Kernel.Processes;

/// <summary>
/// CPU time divided into the program's and the kernel's. The whole is measured; the share of each comes from samples, so that a system call does not have to
/// read the clock (Scheduler.SampleNs). Neither part ever goes back, and their sum is the whole: Linux's cputime_adjust.
/// </summary>
internal struct CpuTimeSplit
{
    private ulong _userNs;
    private ulong _systemNs;

    internal CpuTimes Divide(ulong totalNs, ulong userSamples, ulong systemSamples)
    {
        if (_userNs + _systemNs < totalNs)
        {
            ulong samples = userSamples + systemSamples;
            ulong systemNs = samples == 0 ? 0 : (ulong)((System.UInt128)totalNs * systemSamples / samples);
            systemNs = systemNs < _systemNs ? _systemNs : systemNs;
            ulong userNs = totalNs - systemNs;
            if (userNs < _userNs)
            {
                userNs = _userNs;
                systemNs = totalNs - userNs;
            }

            _userNs = userNs;
            _systemNs = systemNs;
        }

        return new CpuTimes(_userNs, _systemNs);
    }
}
