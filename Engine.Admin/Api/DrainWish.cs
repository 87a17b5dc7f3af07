// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using LbEngine.Backends;
using Microsoft.AspNetCore.Http;

namespace LbEngine.Admin.Api;

/// <summary>Whether, and when, what a draining backend still holds is closed.</summary>
/// <param name="HasDeadline">False leaves live connections alone, however long they last.</param>
/// <param name="Timeout">Null for the configuration's drain time-out.</param>
internal readonly record struct DrainWish(bool HasDeadline, TimeSpan? Timeout)
{
    private const string None = "none";

    public static DrainWish Read(BackendChangeMessage change, OperatorState? state)
    {
        if (change.DrainTimeout is null)
        {
            return new DrainWish(state == OperatorState.Draining, null);
        }

        if (state != OperatorState.Draining)
        {
            throw Refuse("drainTimeout belongs to state draining");
        }

        return change.DrainTimeout == None
            ? default
            : MessageDuration.TryParse(change.DrainTimeout, out TimeSpan timeout)
                ? new DrainWish(true, timeout)
                : throw Refuse($"drainTimeout must be {MessageDuration.Expected}, or {None}");
    }

    private static AdminRefusedException Refuse(string error) => new(StatusCodes.Status422UnprocessableEntity, error);
}
