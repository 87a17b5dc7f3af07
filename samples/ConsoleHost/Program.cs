// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Commands;

StandardStreams.Protect();
if (DescriptorLimit.Refuse() is string refusal)
{
    HostOutput.WriteError(refusal);
    return ExitCode.Failure;
}

// The portable transport spends most of its time on handing work from the runtime's poller to the thread pool. A library must
// not decide this for its process, a program may: completions run where they are found. Measured on two cores, Linux: a fifth
// less CPU per short connection and a third less per request. It is read when the first socket is made.
const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
{
    Environment.SetEnvironmentVariable(InlineCompletions, "1");
}

// The host has its own signals: the first one drains, so the parser's must not end the process after two seconds.
return await LbCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
