// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Commands;

// The host has its own signals: the first one drains, so the parser's must not end the process after two seconds.
return await LbCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
