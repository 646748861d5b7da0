using Xunit;

// The hosted machine is one per process: its memory, clock and current context are static.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
