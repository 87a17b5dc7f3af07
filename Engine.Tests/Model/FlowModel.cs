// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Model;

/// <summary>What a flow has carried and what follows from it, beside a list of all that happened to it.</summary>
internal sealed class FlowModel
{
    private readonly FlowRules _rules;
    private readonly List<int> _requests = [];
    private readonly List<int> _replies = [];
    private readonly List<string> _done = [];
    private FlowState _state; // mutable, keep non-readonly
    private bool _isConfirmed;
    private int _lost;

    private FlowModel(int setup)
    {
        _rules = FlowRules.Default with { Requests = setup % 4, Responses = (setup / 4) % 4, MaxReplyRatio = (setup / 16) % 4 };
        _done.Add($"setup: {_rules}");
    }

    public static void Run(ModelSchedule schedule)
    {
        var model = new FlowModel(schedule.Setup);
        try
        {
            foreach (int step in schedule.Steps)
            {
                model.Do(ModelStep.Read(step));
                model.AssertSame();
            }
        }
        catch (Exception exception)
        {
            throw new ModelFailedException(exception.Message, model._done, exception);
        }
    }

    private void Do(ModelStep step)
    {
        switch (step.Action % 6)
        {
            case 0 or 1:
                Ask(step.First);
                break;
            case 2 or 3:
                Answer(step.First * step.OfSecond(1, 10));
                break;
            case 4 when _requests.Count > _lost:
                _done.Add("a datagram was lost on the way");
                _state.CountLost(1);
                _lost++;
                break;
            case 5 when _requests.Count > 0 && _replies.Count == 0:
                _done.Add("it moves to another backend");
                Assert.Equal(FlowStep.Retry, FlowStory.OnPathError(PathError.Refused, _state, hasFirst: true, ageMilliseconds: step.First).Step);
                _state.CountMoved();
                _lost = _requests.Count - 1;
                break;
        }
    }

    private void Ask(int bytes)
    {
        bool takes = _rules.Requests == 0 || _requests.Count < _rules.Requests;
        FlowVerdict verdict = FlowStory.OnDatagram(keepsBackend: true, _state, _rules);
        _done.Add($"a datagram of {bytes} bytes: {verdict.Step}");
        Assert.Equal(takes ? FlowStep.Use : FlowStep.Detach, verdict.Step);
        if (takes)
        {
            _isConfirmed |= _replies.Count > 0;
            _requests.Add(bytes);
            _state.CountRequests(1, bytes);
        }
    }

    private void Answer(int bytes)
    {
        bool may = _rules.MaxReplyRatio == 0 || _isConfirmed || _replies.Sum() + bytes <= _requests.Sum() * _rules.MaxReplyRatio;
        _done.Add($"a reply of {bytes} bytes: {may}");
        Assert.Equal(may, _state.MayReply(bytes, _rules));
        if (may)
        {
            _replies.Add(bytes);
            _state.CountReplies(1, bytes);
        }
    }

    private void AssertSame()
    {
        Assert.Equal((_requests.Count, _replies.Count), (_state.Requests, _state.Replies));
        Assert.Equal((_requests.Sum(), _replies.Sum()), (_state.BytesFromClient, _state.BytesToClient));
        Assert.Equal(_isConfirmed, _state.IsConfirmed);
        bool hasAllReplies = _rules.Responses > 0 && _replies.Count >= Math.Max(1, _requests.Count - _lost) * _rules.Responses;
        Assert.Equal(hasAllReplies && (_rules.Requests == 0 || _requests.Count >= _rules.Requests), _state.IsComplete(_rules));
        Assert.Equal(_replies.Count > 0 ? CloseReason.IdleTimeout : CloseReason.Unanswered, _state.TimeoutReason);

        // What an address that may be forged can be made to receive.
        Assert.True(
            _rules.MaxReplyRatio == 0 || _isConfirmed || _replies.Sum() <= _requests.Sum() * _rules.MaxReplyRatio, "A forged address gets more than its share.");
    }
}
