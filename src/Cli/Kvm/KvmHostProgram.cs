using System.Threading.Tasks;

namespace Mote.Cli.Kvm;

/// <summary>A program that was asked for in an emulated host.</summary>
internal sealed class KvmHostProgram
{
    private readonly TaskCompletionSource<int> _processId = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<KvmHostOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its process id in the host.</summary>
    /// <exception cref="CliException">The host has ended.</exception>
    public Task<int> ProcessId => _processId.Task;

    /// <summary>Its end.</summary>
    /// <exception cref="CliException">The host has ended.</exception>
    public Task<KvmHostOutcome> Outcome => _outcome.Task;

    internal void Take(KvmHostReply reply)
    {
        if (reply.ProcessId is int processId)
        {
            _processId.TrySetResult(processId);
        }

        if (reply.Outcome is KvmHostOutcome outcome)
        {
            _processId.TrySetResult(0);
            _outcome.TrySetResult(outcome);
        }
    }

    internal void Fail(CliException reason)
    {
        _processId.TrySetException(reason);
        _outcome.TrySetException(reason);
    }
}
